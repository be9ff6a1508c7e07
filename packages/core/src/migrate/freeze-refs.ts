import { OpKind, type Op } from '@movable-pages/machine';
import type { AddressSpace } from '../mapping/address-space.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';

/**
 * The references that an isolated, unmapped page has if nobody else wants it: the isolation's, and those of its page cache
 * and of its private data.
 *
 * Locks: the page lock.
 *
 * @kernel mm/migrate.c expected_page_refs
 */
export function expectedRefs(mapping: AddressSpace | null, page: Page): number {
  if (mapping === null) return 1;
  return 2 + ((page.peekFlags() & page.kernel.profile.privateRefFlags) === 0 ? 0 : 1);
}

/**
 * Makes the count 0 if it is what is expected, so that nobody can take a reference until it is unfrozen; gives whether it
 * did. Never sleeps.
 *
 * @kernel include/linux/page_ref.h page_ref_freeze
 */
export function freezeRefs(page: Page, expected: number): Op<boolean> {
  const { machine, frames } = page.kernel;
  const at = frames.location(page.pfn, PageWord.refCount);
  return machine.makeOp(OpKind.compareExchange, at, expected, 0);
}

/**
 * Gives a frozen page its references back. Never sleeps.
 *
 * @kernel include/linux/page_ref.h page_ref_unfreeze
 */
export function* unfreezeRefs(page: Page, frozen: number, left: number): Op<void> {
  const { machine, frames } = page.kernel;
  const at = frames.location(page.pfn, PageWord.refCount);
  yield* machine.makeOp(OpKind.store, at, left, 0);
  if (left !== frozen) machine.noteReference(at, left - frozen);
}

/** Flags that say of a page that its private data hold a reference. */
export const PRIVATE_FLAGS = PageFlag.private | PageFlag.private2;
