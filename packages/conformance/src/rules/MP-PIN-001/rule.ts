import { MIGRATEPAGE_SUCCESS, type Page } from '@movable-pages/core';
import type { KThread } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** A pinned object stays where it is. @since 0.1.0 */
export const pinnedStays: Rule = {
  id: 'MP-PIN-001',
  title: 'A pinned object stays where it is',
  statement:
    'From the return of pin() to the call of unpin(), no page of the object is migrated or let go of: isolatePage refuses it, or migratePage returns an error.',
  source:
    'Documentation/core-api/pin_user_pages.rst; drivers/gpu/drm/ttm/ttm_bo.c ttm_bo_pin; mm/z3fold.c mapped_count',
  level: 'core',
  trigger: 'pinned-wanted',
  needs: 'pins',
  hint: 'look at the pin in migratePage, under the lock that pin() takes: it may have come after isolatePage',
  watch(context) {
    const pins = new Map<number, number>();
    /** For each thread the page that it is migrating: its driver lets go of that one inside the callback. */
    const migrating = new Map<KThread, Page>();
    const isPinned = (page: Page) => (pins.get(page.pfn) ?? 0) > 0;
    const count = (pages: readonly Page[], by: number) => {
      for (const { pfn } of pages) pins.set(pfn, (pins.get(pfn) ?? 0) + by);
    };
    return {
      begin() {
        pins.clear();
        migrating.clear();
      },
      pin: (pages) => count(pages, 1),
      unpin: (pages) => count(pages, -1),
      isolate(page) {
        if (isPinned(page)) context.trigger('pinned-wanted');
      },
      migrateEnter(_newPage, oldPage) {
        migrating.set(context.thread(), oldPage);
        if (isPinned(oldPage)) context.trigger('pinned-wanted');
      },
      migrate(newPage, oldPage, _mode, result) {
        migrating.delete(context.thread());
        if (result !== MIGRATEPAGE_SUCCESS || !isPinned(oldPage)) return;
        context.broken({
          title: `migratePage moved ${oldPage}, which is pinned, to ${newPage}`,
          expected: `an error, and ${oldPage} where it is`,
          received: '0',
          subject: 'migratePage of a pinned page',
        });
      },
      reference(page, party, delta, held) {
        if (party !== 'driver' || delta > 0 || held > 0 || !isPinned(page)) return;
        if (migrating.get(context.thread()) === page) return;
        context.broken({
          title: `the driver let go of ${page}, which is pinned`,
          expected: `${page} held until unpin()`,
          received: 'its last reference dropped',
          subject: 'a pinned page let go of',
        });
      },
    };
  },
};
