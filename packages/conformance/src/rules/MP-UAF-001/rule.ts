import { OpKind } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

const CODES = new Set(['MP_USE_AFTER_FREE', 'MP_DOUBLE_FREE', 'MP_BAD_PAGE', 'MP_WORK_ON_DESTROYED_QUEUE']);

const REF_COUNT = 1;

/** Operations that change a page, or wait for it: not for those who hold no reference. */
const NEEDS_A_LIVE_PAGE: ReadonlySet<number> = new Set([
  OpKind.store,
  OpKind.fetchOr,
  OpKind.fetchAnd,
  OpKind.acquire,
  OpKind.tryAcquire,
  OpKind.release,
  OpKind.awaitEqual,
]);

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
  // Core asks whether a page is live when an operation is made; it may go free before the operation runs.
  watch: (context) => ({
    step(thread) {
      if (!NEEDS_A_LIVE_PAGE.has(thread.kind) || thread.runningParty !== 'driver') return;
      const { frames, machine } = context.kernel;
      const pfn = frames.pfnOf(thread.loc);
      if (pfn < 0 || frames.peek(pfn, REF_COUNT) > 0) return;
      context.broken({
        title: `${thread.name} does "${machine.describeOp(thread)}" while page ${pfn} is free`,
        expected: 'a page that somebody holds',
        received: 'a free page',
        subject: 'an operation on a free page',
      });
    },
  }),
};
