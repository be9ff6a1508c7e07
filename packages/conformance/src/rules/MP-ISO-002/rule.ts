import { changesSince, markState, type StateMark } from '../../judge/state-mark.js';
import type { Rule } from '../../rule.js';

/** A refused isolation leaves the driver as it was. @since 0.1.0 */
export const refusalChangesNothing: Rule = {
  id: 'MP-ISO-002',
  title: 'A refused isolation leaves the driver as it was',
  statement:
    'When isolatePage returns false, the net change of the driver state by the callback is nothing, and the page is on the list it was on.',
  source: 'mm/migrate.c isolate_movable_page, error path',
  level: 'core',
  trigger: 'isolate-refused',
  needs: 'refuses-isolation',
  hint: 'decide first and change state only when you are about to return true',
  watch(context) {
    let before: StateMark | null = null;
    return {
      begin: () => (before = null),
      isolateEnter: (page) => (before = markState(context, page)),
      isolate(page, _mode, result) {
        const changes = result === false && before !== null ? changesSince(context, before, page) : [];
        before?.release();
        before = null;
        if (changes.length === 0) return;
        context.broken({
          title: `isolatePage refused ${page} and left changes behind`,
          expected: 'the driver as it was before the call',
          received: changes.join('; '),
          subject: 'isolatePage',
        });
      },
    };
  },
};
