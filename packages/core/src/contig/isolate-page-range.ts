import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import type { IsolateOptions } from './find-unmovable-page.js';
import { isolatePageblock, unisolatePageblock } from './isolate-pageblock.js';

/**
 * Isolates the page blocks of a range, all or none. Never sleeps.
 *
 * @param end One past the last page.
 * @kernel mm/page_isolation.c start_isolate_page_range
 * @returns 0, or `-EBUSY` with nothing isolated: a page cannot move, or somebody else has isolated a block.
 * @since 0.1.0
 */
export function* startIsolatePageRange(
  kernel: Kernel,
  start: number,
  end: number,
  options: IsolateOptions = {},
): Op<number> {
  const blocks = kernel.memory.blocks!;
  for (let at = blocks.start(start); at < end; at = blocks.end(at)) {
    const rc = yield* isolatePageblock(
      kernel,
      at,
      Math.max(at, start),
      Math.min(blocks.end(at), end),
      options,
    );
    if (rc === 0) continue;
    if (at > start) yield* undoIsolatePageRange(kernel, start, at, options);
    return rc;
  }
  return 0;
}

/**
 * Gives the page blocks of a range back to those who allocate. Never sleeps.
 *
 * @kernel mm/page_isolation.c undo_isolate_page_range
 * @since 0.1.0
 */
export function* undoIsolatePageRange(
  kernel: Kernel,
  start: number,
  end: number,
  options: IsolateOptions = {},
): Op<void> {
  const blocks = kernel.memory.blocks!;
  for (let at = blocks.start(start); at < end; at = blocks.end(at))
    yield* unisolatePageblock(kernel, at, options.migrateType);
}
