import type { Machine, SpinLock } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { vmSpinLock } from '../locks.js';
import type { Page } from '../memory/page.js';

/** Pages that a cache holds before it is drained: the kernel's PAGEVEC_SIZE. */
const SIZE = 15;

/** Words of an add cache and its lock. */
export const ADD_CACHE_WORDS = 1 + SIZE + 1;

/**
 * The pages that one processor is about to add to the LRU lists. Each is held by a reference, and none has `PG_lru` yet,
 * so they cannot be isolated until the cache is drained.
 *
 * @kernel mm/swap.c struct lru_pvecs
 */
export class AddCache {
  readonly lock: SpinLock;
  private readonly machine: Machine;
  /** How many, then page frame numbers. */
  private readonly base: number;

  constructor(
    private readonly kernel: Kernel,
    cpu: number,
  ) {
    this.machine = kernel.machine;
    const name = `lru add cache of cpu ${cpu}`;
    this.base = this.machine.allocateWords(1 + SIZE, (word) =>
      word === 0 ? `${name} count` : `${name}[${word - 1}]`,
    );
    this.lock = vmSpinLock(this.machine, 'lru add cache lock', `${name} lock`);
  }

  /** Puts a page in; gives whether the cache is full. The caller holds the lock. */
  push(page: Page): boolean {
    const count = this.machine.readWord(this.base);
    this.machine.writeWord(this.base + 1 + count, page.pfn);
    this.machine.writeWord(this.base, count + 1);
    return count + 1 === SIZE;
  }

  /** Takes all pages out, in the order in which they came. The caller holds the lock. */
  takeAll(): Page[] {
    const pages = this.peek();
    this.machine.access(this.base, true);
    this.machine.words[this.base] = 0;
    return pages;
  }

  /** The pages as they are. For reports; not tracked. */
  peek(): Page[] {
    const { words } = this.machine;
    const pages: Page[] = [];
    for (let i = 0; i < words[this.base]!; i++) pages.push(this.kernel.page(words[this.base + 1 + i]!));
    return pages;
  }
}
