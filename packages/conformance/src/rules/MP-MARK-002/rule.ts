import type { Rule } from '../../rule.js';

/** Pages are let go of once, under their page lock. @since 0.1.0 */
export const clearMovableOnce: Rule = {
  id: 'MP-MARK-002',
  title: 'Pages are let go of once, under their page lock',
  statement:
    'clearPageMovable is called with the page lock held, exactly once for each page that was marked.',
  source: 'mm/compaction.c __ClearPageMovable',
  level: 'core',
  trigger: 'clear-movable',
  hint: 'lock the page around clearPageMovable, and make sure that only one path clears it',
  judges: (violation) =>
    violation.code === 'MP_NOT_MOVABLE' ||
    (violation.code === 'MP_PAGE_NOT_LOCKED' && violation.details.subject === 'clearPageMovable'),
};
