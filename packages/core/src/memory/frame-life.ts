import { OpKind, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { checkAtFree } from './check-at-free.js';
import { PageWord } from './frame-table.js';
import { PageFlag } from './page-flags.js';
import { PageType } from './page-type.js';
import type { Page } from './page.js';

/** Resets the words of a frame that was taken off the free lists. @kernel mm/page_alloc.c prep_new_page */
export function prepareNewFrame(kernel: Kernel, pfn: number): void {
  const { frames } = kernel;
  frames.poke(pfn, PageWord.flags, 0);
  frames.poke(pfn, PageWord.mapCount, PageType.none);
  frames.poke(pfn, PageWord.mapping, 0);
  frames.poke(pfn, PageWord.index, 0);
  frames.poke(pfn, PageWord.private, 0);
  frames.poke(pfn, PageWord.lruNext, 0);
  frames.poke(pfn, PageWord.lruPrev, 0);
}

/** Marks a frame as part of an allocated block, or as on its own. */
export function markTail(kernel: Kernel, pfn: number, tail: boolean): void {
  kernel.frames.poke(pfn, PageWord.mapCount, tail ? PageType.tail : PageType.none);
}

/** Gives a frame its first reference: those who look for pages by number can see it from here on. Never sleeps. */
export function* giveReference(kernel: Kernel, pfn: number): Op<void> {
  const { machine, frames } = kernel;
  const location = frames.location(pfn, PageWord.refCount);
  yield* machine.makeOp(OpKind.store, location, 1, 0);
  machine.noteReference(location, 1);
}

/**
 * Checks a page on its way back to the free lists and resets what may be left on it.
 *
 * @kernel mm/page_alloc.c free_pages_prepare
 * @throws MachineError `MP_BAD_PAGE`.
 */
export function prepareFree(page: Page): void {
  const { kernel, pfn } = page;
  const { machine, frames, contents } = kernel;
  checkAtFree(page);
  frames.poke(pfn, PageWord.flags, page.peekFlags() & ~(PageFlag.isolated | PageFlag.waiters));
  // Any tagged mapping is nulled here, and nowhere else.
  frames.poke(pfn, PageWord.mapping, 0);
  contents.scrub(pfn);
  kernel.noteFreed(page);
  kernel.pins.forget(pfn);
  machine.ledger.forget(frames.location(pfn, PageWord.refCount));
}
