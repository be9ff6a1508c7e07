import type { Rule } from '../../rule.js';

/** An isolated page is off the driver's lists. @since 0.1.0 */
export const isolatedPageOffLists: Rule = {
  id: 'MP-ISO-003',
  title: "An isolated page is off the driver's lists",
  statement:
    'When isolatePage returns true, the page is on no pageList of the driver: its lru links belong to the VM from then on. Where else the driver keeps note of the page is its own affair.',
  source: 'page_migration.rst, "isolate_page"; mm/balloon_compaction.c balloon_page_isolate',
  level: 'core',
  trigger: 'isolate-listed',
  optional: { although: 'isolate-accepted', why: 'no page was on a pageList when it was isolated' },
  hint: 'remove the page from your list, under the lock of that list, before you return true',
  watch: (context) => ({
    isolate(page, _mode, result) {
      const list = context.kernel.lists.listOf(page.pfn);
      if (result !== true || list === null) return;
      context.broken({
        title: `isolatePage gave up ${page}, which is still on ${list.name}`,
        expected: `${page} on no list`,
        received: `on ${list.name}`,
        subject: list.name,
      });
    },
  }),
};
