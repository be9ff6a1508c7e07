import { ambientMachine, HANDLE, MachineError, type Machine } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from './frame-table.js';
import type { Page } from './page.js';

/** Whose list a page is on: a page's `lru` links belong to one party at a time. */
export type ListParty = 'vm' | 'driver';

/**
 * A doubly linked list of pages through their `lru` words. A page is on one list at most. Links are plain state: guard
 * the list with a lock. A page that is added twice, or removed from a list it is not on, is a `MP_LIST_CORRUPTION`; a
 * driver that touches the links of a page which the VM has isolated is a `MP_LRU_NOT_OWNED`.
 *
 * @kernel include/linux/list.h struct list_head
 * @since 0.1.0
 */
export class PageList {
  declare readonly [HANDLE]: true;
  private readonly machine: Machine;

  constructor(
    readonly kernel: Kernel,
    readonly name: string,
    readonly party: ListParty,
    /** @internal Location of the head: first, last, length. Values are page frame numbers plus 1; 0 ends the list. */
    readonly head: number,
    /** @internal Number among the lists of its kernel, from 1. */
    readonly id: number,
  ) {
    this.machine = kernel.machine;
  }

  /** How many pages are on it: a plain read. */
  get length(): number {
    return this.machine.readWord(this.head + 2);
  }

  /** How many pages are on it, as it is. For reports and hints; not tracked. */
  get peekLength(): number {
    return this.machine.words[this.head + 2]!;
  }

  /** The first page, or null: a plain read. */
  first(): Page | null {
    return this.page(this.machine.readWord(this.head));
  }

  /** The last page, or null: a plain read. */
  last(): Page | null {
    return this.page(this.machine.readWord(this.head + 1));
  }

  /** The page before `page`, or null: a plain read. */
  previous(page: Page): Page | null {
    return this.page(this.machine.readWord(this.link(page, PageWord.lruPrev)));
  }

  /**
   * The page after `page`, or null: a plain read.
   *
   * @throws MachineError `MP_LIST_CORRUPTION`, `MP_LRU_NOT_OWNED` if `page` is not on this list: its links lead nowhere.
   */
  next(page: Page): Page | null {
    const on = this.kernel.lists.listOf(page.pfn);
    if (this.machine.tracked && on !== this) this.notHere(page, 'next', on);
    return this.page(this.machine.readWord(this.link(page, PageWord.lruNext)));
  }

  /** Puts a page at the front. @kernel include/linux/list.h list_add */
  add(page: Page): void {
    this.take(page);
    this.insertBetween(page, 0, this.machine.readWord(this.head));
  }

  /** Puts a page at the end. @kernel include/linux/list.h list_add_tail */
  addTail(page: Page): void {
    this.take(page);
    this.insertBetween(page, this.machine.readWord(this.head + 1), 0);
  }

  /** Takes a page off. @kernel include/linux/list.h list_del */
  remove(page: Page): void {
    this.letGo(page);
    const machine = this.machine;
    const next = machine.readWord(this.link(page, PageWord.lruNext));
    const prev = machine.readWord(this.link(page, PageWord.lruPrev));
    machine.writeWord(prev === 0 ? this.head : this.linkOf(prev, PageWord.lruNext), next);
    machine.writeWord(next === 0 ? this.head + 1 : this.linkOf(next, PageWord.lruPrev), prev);
    machine.writeWord(this.link(page, PageWord.lruNext), 0);
    machine.writeWord(this.link(page, PageWord.lruPrev), 0);
    machine.writeWord(this.head + 2, machine.readWord(this.head + 2) - 1);
  }

  /** Takes the first page off and gives it, or null. */
  shift(): Page | null {
    const first = this.first();
    if (first !== null) this.remove(first);
    return first;
  }

  /** Whether a page is on this list. For reports and assertions; not tracked. */
  has(page: Page): boolean {
    return this.kernel.lists.listOf(page.pfn) === this;
  }

  /** The pages as they are, first to last. For reports and assertions; not tracked. */
  peek(): Page[] {
    const pages: Page[] = [];
    for (
      let at = this.machine.words[this.head]!;
      at !== 0;
      at = this.machine.words[this.linkOf(at, PageWord.lruNext)]!
    ) {
      pages.push(this.kernel.page(at - 1));
      if (pages.length > this.kernel.frames.count) break;
    }
    return pages;
  }

  /** Gives the list's own words back. It must be empty. */
  dispose(): void {
    this.kernel.lists.dispose(this);
  }

  private insertBetween(page: Page, prev: number, next: number): void {
    const machine = this.machine;
    const self = page.pfn + 1;
    machine.writeWord(this.link(page, PageWord.lruPrev), prev);
    machine.writeWord(this.link(page, PageWord.lruNext), next);
    machine.writeWord(prev === 0 ? this.head : this.linkOf(prev, PageWord.lruNext), self);
    machine.writeWord(next === 0 ? this.head + 1 : this.linkOf(next, PageWord.lruPrev), self);
    machine.writeWord(this.head + 2, machine.readWord(this.head + 2) + 1);
  }

  private take(page: Page): void {
    page.assertLive('it is put on a list');
    const on = this.kernel.lists.listOf(page.pfn);
    if (on !== null) this.corrupt(page, 'add', `${page} on no list`, `on ${on.name}`, on);
    this.kernel.lists.setListOf(page.pfn, this);
  }

  private letGo(page: Page): void {
    const on = this.kernel.lists.listOf(page.pfn);
    if (this.machine.tracked && on !== this) this.notHere(page, 'remove', on);
    this.kernel.lists.setListOf(page.pfn, null);
  }

  private notHere(page: Page, what: string, on: PageList | null): never {
    this.corrupt(page, what, `${page} on ${this.name}`, on === null ? 'on no list' : `on ${on.name}`, on);
  }

  private corrupt(page: Page, what: string, expected: string, received: string, on: PageList | null): never {
    const owned = on === null || on.party === this.party;
    const moved = this.kernel.lists.lastMove(page.pfn);
    this.machine.misuse(
      new MachineError(
        owned ? 'MP_LIST_CORRUPTION' : 'MP_LRU_NOT_OWNED',
        `${what} of ${page} on ${this.name}: expected ${expected}, it is ${received}` +
          (owned ? '' : '; from isolation to putback the links belong to the VM'),
        {
          subject: `${this.name} ${what}`,
          here: this.machine.site(),
          ...(moved === null ? {} : { there: moved.site, thereWhat: moved.what }),
          location: this.link(page, PageWord.lruNext),
          expected,
          received,
        },
      ),
    );
  }

  private page(encoded: number): Page | null {
    return encoded === 0 ? null : this.kernel.page(encoded - 1);
  }

  private link(page: Page, word: number): number {
    return this.kernel.frames.location(page.pfn, word);
  }

  private linkOf(encoded: number, word: number): number {
    return this.kernel.frames.location(encoded - 1, word);
  }
}

Object.defineProperty(PageList.prototype, HANDLE, { value: true });

/**
 * Makes a list for a driver's pages, in the driver's constructor.
 *
 * @throws MachineError `MP_NO_MACHINE`, `MP_LATE_LOCK`, `MP_HEAP_FULL`.
 * @since 0.1.0
 */
export function pageList(kernel: Kernel, name: string): PageList {
  ambientMachine().refuseIfSealed(`page list ${name}`);
  return kernel.lists.create(ambientMachine().uniqueName(name), 'driver');
}
