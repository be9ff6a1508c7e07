import type { Rule } from '../../rule.js';

/** The links of an isolated page belong to the VM. @since 0.1.0 */
export const lruBelongsToVm: Rule = {
  id: 'MP-LRU-001',
  title: 'The links of an isolated page belong to the VM',
  statement:
    'From the return of isolatePage until putback, successful migration or the release of the page, the driver does not touch page.lru; a page is added to one list at a time and removed from the list it is on.',
  source: 'page_migration.rst, PG_isolated; virtio_balloon dequeue of isolated pages',
  level: 'core',
  trigger: 'isolate-listed',
  optional: { although: 'isolate-accepted', why: 'no page was on a pageList when it was isolated' },
  hint: 'take the page off your list in isolatePage, put it back in putbackPage, and look for it on the list, not elsewhere, when freeing',
  judges: (violation) => violation.code === 'MP_LRU_NOT_OWNED' || violation.code === 'MP_LIST_CORRUPTION',
};
