import type { Rule } from '../../rule.js';

const CODES = new Set(['MP_USE_AFTER_FREE', 'MP_DOUBLE_FREE', 'MP_BAD_PAGE', 'MP_WORK_ON_DESTROYED_QUEUE']);

/** Nothing is used after it was freed. @since 0.1.0 */
export const noUseAfterFree: Rule = {
  id: 'MP-UAF-001',
  title: 'Nothing is used after it was freed',
  statement:
    'No page, object, list or work queue is used after it was freed or destroyed, freed twice, or freed in a state that the allocator refuses.',
  source: 'mm/page_alloc.c free_pages_prepare; KASAN',
  level: 'lifecycle',
  trigger: 'callback',
  hint: 'hold a reference while you use a page, and clear what leads to an object before you free it',
  judges: (violation) => CODES.has(violation.code),
};
