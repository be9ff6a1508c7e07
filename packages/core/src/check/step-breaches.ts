import { OpKind, type KThread } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from '../memory/frame-table.js';

/** Operations that change a flag of a page, or its lock. */
const CHANGES_A_FLAG: ReadonlySet<number> = new Set([
  OpKind.fetchOr,
  OpKind.acquire,
  OpKind.tryAcquire,
  OpKind.prepareWait,
]);

/**
 * What must not hold of one step, which `thread` has just taken and still describes: nobody sets a flag of a page that is
 * free, locks it or queues on it.
 *
 * @returns What is broken, in words; empty if nothing is.
 * @since 0.1.0
 */
export function stepBreaches(kernel: Kernel, thread: KThread): string[] {
  if (!CHANGES_A_FLAG.has(thread.kind)) return [];
  const { frames, machine } = kernel;
  const pfn = frames.pfnOf(thread.loc);
  if (pfn < 0 || frames.location(pfn, PageWord.flags) !== thread.loc) return [];
  if (frames.peek(pfn, PageWord.refCount) > 0) return [];
  return [`${thread.name} does "${machine.describeOp(thread)}" while page ${pfn} is free`];
}
