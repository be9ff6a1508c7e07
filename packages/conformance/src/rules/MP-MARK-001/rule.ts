import type { Rule } from '../../rule.js';

/** Pages are marked movable under their page lock. @since 0.1.0 */
export const setMovableLocked: Rule = {
  id: 'MP-MARK-001',
  title: 'Pages are marked movable under their page lock',
  statement: 'setPageMovable is called with the page lock held by the caller.',
  source: 'mm/compaction.c __SetPageMovable; page_migration.rst, "non-LRU page migration"',
  level: 'core',
  trigger: 'set-movable',
  hint: 'lock the page, mark it as the last step of setting it up, unlock it',
  judges: (violation) =>
    violation.code === 'MP_PAGE_NOT_LOCKED' && violation.details.subject === 'setPageMovable',
};
