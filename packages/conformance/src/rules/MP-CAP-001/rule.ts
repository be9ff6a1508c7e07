import { Errno, MigrateMode } from '@movable-pages/core';
import { pagesHeld } from '../../judge/page-facts.js';
import type { Rule, WatchContext } from '../../rule.js';

type Problem = Parameters<WatchContext['broken']>[0];

/** One object of a driver with `page-groups` takes several pages. Seen before anybody has freed it. */
function groupOfOne(context: WatchContext): Problem | null {
  if (!context.capabilities.has('page-groups') || context.objects !== 1) return null;
  const pages = pagesHeld(context.kernel);
  if (pages > 1) return null;
  return {
    title: `one object takes ${pages === 1 ? '1 page' : 'no page'}, but the driver declares page-groups`,
    expected: 'several pages for an object, or no capability page-groups',
    received: String(pages),
    subject: 'page-groups',
  };
}

/** Capabilities are true. @since 0.1.0 */
export const capabilitiesAreTrue: Rule = {
  id: 'MP-CAP-001',
  title: 'Capabilities are true',
  statement:
    'A driver does what its capabilities say and nothing that they rule out: one without `refuses-isolation` never refuses a page of its own that is not being freed, one with `supports-no-copy` does not refuse SYNC_NO_COPY as impossible, and with `page-groups` an object takes several pages.',
  source: 'this suite: capabilities select rules',
  level: 'core',
  trigger: 'isolate',
  hint: 'declare the capability, or do not do it',
  hintFor: ({ subject }) =>
    subject === 'refuses-isolation' ? undefined : 'do what the capability says, or do not declare it',
  watch(context) {
    // What every execution begins with is the same, so looking once will do.
    let looked = false;
    let atTheStart: Problem | null = null;
    return {
      begin() {
        if (!looked) atTheStart = groupOfOne(context);
        looked = true;
      },
      isolate(page, _mode, result) {
        if (result !== false || context.capabilities.has('refuses-isolation')) return;
        context.broken({
          title: `isolatePage refused ${page}, but the driver does not declare refuses-isolation`,
          expected: 'true, or the capability refuses-isolation',
          received: 'false',
          subject: 'refuses-isolation',
        });
      },
      migrate(_newPage, oldPage, mode, result) {
        if (mode !== MigrateMode.syncNoCopy || result !== -Errno.EINVAL) return;
        if (!context.capabilities.has('supports-no-copy')) return;
        context.broken({
          title: `migratePage of ${oldPage} refused SYNC_NO_COPY, but the driver declares supports-no-copy`,
          expected: '0, -EAGAIN or an error of the moment',
          received: '-EINVAL',
          subject: 'supports-no-copy',
        });
      },
      quiesce() {
        if (atTheStart !== null) context.broken(atTheStart);
      },
    };
  },
};
