import { freeShared, RwLock, SharedObject, type KernelService, type Page } from '@movable-pages/core';
import { Fullness } from './fullness.js';
import type { SizeClass } from './size-class.js';

/** In `page.index`: no page comes after this one. */
const LAST = 0;

/**
 * A chain of pages that holds the objects of one class. An object may begin in one page and end in the next.
 *
 * The chain is in the page frames: `page.index` is the page frame number of the next page plus 1. `page.private` is the
 * address of the zspage.
 *
 * @kernel mm/zsmalloc.c struct zspage
 * @since 0.1.0
 */
export class Zspage extends SharedObject {
  /** The word of its lock. */
  readonly address: number;
  /** Readers use the objects; the writer moves pages. Comes before `sizeClass.lock`. */
  readonly lock: RwLock;
  /** The group whose list it is on, or would be on if it were not isolated. Under `sizeClass.lock`, as all that follows. */
  fullness: Fullness = Fullness.empty;
  /** Objects in use. */
  inuse = 0;
  /** Number of the first free object; -1 if there is none. */
  freeobj = 0;
  /** Pages of it that the VM has isolated. While there are any, it is on no list, so nothing is allocated from it. */
  isolated = 0;
  /** Where the chain begins. It changes, like the links, under `lock` for writing and `sizeClass.lock` together. */
  firstPage: Page;

  /** A zspage of pages that nobody else knows yet. */
  constructor(
    readonly kernel: KernelService,
    readonly sizeClass: SizeClass,
    pages: readonly Page[],
  ) {
    super();
    const { machine } = kernel;
    const name = `zspage of page ${pages[0]!.pfn}`;
    this.address = machine.allocateWords(1, () => `${name} lock`);
    this.lock = RwLock.at(machine, this.address, 'zspage.lock', name);
    this.firstPage = pages[0]!;
    this.chain(pages);
  }

  /**
   * Links pages to a chain, in their order.
   *
   * Locks: `lock` for writing and `sizeClass.lock`, unless the zspage is new.
   *
   * @kernel mm/zsmalloc.c create_page_chain
   */
  chain(pages: readonly Page[]): void {
    this.firstPage = pages[0]!;
    pages.forEach((page, at) => {
      const next = pages[at + 1];
      // mutate-ignore drop-store: `Zspages.of` asks a table instead, for an address leads to no object
      page.private = this.address;
      // The page frame of a huge object has the header of the object there.
      if (!this.sizeClass.huge) page.index = next === undefined ? LAST : next.pfn + 1;
    });
  }

  /** The page after `page`, or null. Locks: `lock` or `sizeClass.lock`. @kernel mm/zsmalloc.c get_next_page */
  nextPage(page: Page): Page | null {
    if (this.sizeClass.huge) return null;
    const next = page.index;
    return next === LAST ? null : this.kernel.page(next - 1);
  }

  /** The pages of the chain, in their order. Locks: as {@link Zspage.nextPage}. */
  pages(): Page[] {
    const pages: Page[] = [];
    for (let page: Page | null = this.firstPage; page !== null; page = this.nextPage(page)) pages.push(page);
    return pages;
  }

  /** Gives its memory back. Nobody may know it any more. @kernel mm/zsmalloc.c cache_free_zspage */
  free(): void {
    this.kernel.machine.releaseWords(this.address, 1, 'the zspage was freed');
    freeShared(this);
  }
}
