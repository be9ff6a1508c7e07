import { HANDLE, type Op, type Restorable, type SpinLock } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { vmSpinLock } from '../locks.js';
import type { AddressSpace } from '../mapping/address-space.js';
import { PageWord } from '../memory/frame-table.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { migratePage } from '../migrate/migrate-page.js';

/** In a slot's count: the swap cache has a page for it (SWAP_HAS_CACHE). Above every count that page tables can reach. */
const HAS_CACHE = 1 << 30;

/**
 * A swap device: slots of one page each, how many page-table entries name each, and the swap cache, whose pages are in
 * memory and have a slot. It is synchronous, as compressed memory is: whoever reads or writes it does the copying, and
 * others may come in while it is at it.
 *
 * @kernel include/linux/swap.h struct swap_info_struct, mm/swapfile.c
 * @since 0.1.0
 */
export class SwapDevice implements Restorable {
  declare readonly [HANDLE]: true;
  /** The swap cache. */
  readonly cache: AddressSpace;
  /** Guards the counts. Inside page-table locks. */
  private readonly lock: SpinLock;
  private readonly counts: number;
  private readonly usedAt: number;
  private readonly contents = new Map<number, Int32Array>();
  private sealed = new Map<number, Int32Array>();

  constructor(
    private readonly kernel: Kernel,
    /** How many pages it can hold. */
    readonly slots: number,
  ) {
    const { machine } = kernel;
    this.cache = kernel.mms.createAddressSpace('swap cache', slots, {
      migratePage: migratePage,
      writePage: (page) => this.writePage(page),
    });
    this.counts = machine.allocateWords(slots, (slot) => `swap slot ${slot} count`);
    this.usedAt = machine.allocateWords(1, () => 'swap slots in use');
    this.lock = vmSpinLock(machine, 'swap lock', 'swap lock');
    if (machine.tracked) machine.addRestorable(this);
  }

  /** Takes a free slot for a page of the swap cache; -1 if there is none. @kernel mm/swapfile.c get_swap_page */
  *allocate(): Op<number> {
    yield* this.lock.acquire();
    let slot = 0;
    while (slot < this.slots && this.count(slot) !== 0) slot++;
    if (slot < this.slots) this.setCount(slot, HAS_CACHE);
    yield* this.lock.release();
    return slot < this.slots ? slot : -1;
  }

  /**
   * Claims the cache of a slot that entries name.
   *
   * @kernel mm/swapfile.c swapcache_prepare
   * @returns Whether it could: not if nothing names it any more, or if somebody has a page for it.
   */
  *claimCache(slot: number): Op<boolean> {
    yield* this.lock.acquire();
    const count = this.count(slot);
    const free = count !== 0 && (count & HAS_CACHE) === 0;
    if (free) this.setCount(slot, count | HAS_CACHE);
    yield* this.lock.release();
    return free;
  }

  /** The cache has no page for a slot any more. @kernel mm/swap_slots.c put_swap_page */
  *releaseCache(slot: number): Op<void> {
    yield* this.lock.acquire();
    this.setCount(slot, this.count(slot) & ~HAS_CACHE);
    yield* this.lock.release();
  }

  /** One more entry names a slot. @kernel mm/swapfile.c swap_duplicate */
  *duplicate(slot: number): Op<void> {
    yield* this.lock.acquire();
    this.setCount(slot, this.count(slot) + 1);
    yield* this.lock.release();
  }

  /** One entry less names a slot; gives whether only the cache is left. @kernel mm/swapfile.c swap_free */
  *free(slot: number): Op<boolean> {
    yield* this.lock.acquire();
    const count = this.count(slot) - 1;
    this.setCount(slot, count);
    yield* this.lock.release();
    return count === HAS_CACHE;
  }

  /** How many entries name a slot. @kernel mm/swapfile.c page_swapcount */
  *entries(slot: number): Op<number> {
    yield* this.lock.acquire();
    const count = this.count(slot) & ~HAS_CACHE;
    yield* this.lock.release();
    return count;
  }

  /** How many entries name a slot, and whether the cache has it, as it is. For reports; not tracked. */
  peek(slot: number): { readonly entries: number; readonly cached: boolean } {
    const count = this.kernel.machine.words[this.counts + slot]!;
    return { entries: count & ~HAS_CACHE, cached: (count & HAS_CACHE) !== 0 };
  }

  /** Slots in use as they are. For reports; not tracked. */
  get used(): number {
    return this.kernel.machine.words[this.usedAt]!;
  }

  /** Whether slots are dear: a page that is in memory should then not keep one. @kernel include/linux/swap.h vm_swap_full */
  *isFull(): Op<boolean> {
    yield* this.lock.acquire();
    const full = this.used * 2 > this.slots;
    yield* this.lock.release();
    return full;
  }

  /** Whether a slot is left. @kernel include/linux/swap.h get_nr_swap_pages */
  *hasRoom(): Op<boolean> {
    yield* this.lock.acquire();
    const room = this.used < this.slots;
    yield* this.lock.release();
    return room;
  }

  /**
   * Writes a page of the swap cache to its slot. The page is locked and clean; it is under writeback until it is written,
   * and unlocked. Never fails.
   *
   * @kernel mm/page_io.c swap_writepage
   */
  *writePage(page: Page): Op<number> {
    const { contents, machine, vmstat } = this.kernel;
    const slot = this.kernel.frames.peek(page.pfn, PageWord.private);
    yield* page.setFlags(PageFlag.writeback);
    yield* page.unlock();
    const words = new Int32Array(contents.pageWords);
    for (let at = 0; at < contents.pageWords; at++) words[at] = contents.read(page.pfn, at);
    if (machine.tracked) yield* machine.point(`${page} is written to swap slot ${slot}`);
    this.contents.set(slot, words);
    vmstat.add('pswpout', 1);
    yield* page.clearFlags(PageFlag.writeback);
    return 0;
  }

  /** Reads a slot into a page, which is locked. @kernel mm/page_io.c swap_readpage */
  *readPage(page: Page, slot: number): Op<void> {
    const { contents, vmstat } = this.kernel;
    const words = this.contents.get(slot);
    for (let at = 0; at < contents.pageWords; at++) contents.write(page.pfn, at, words?.[at] ?? 0);
    vmstat.add('pswpin', 1);
    yield* page.setFlags(PageFlag.uptodate);
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.sealed = new Map(this.contents);
  }

  /** Back to the sealed state. Contents of a slot are replaced, never changed. */
  reset(): void {
    this.contents.clear();
    for (const [slot, words] of this.sealed) this.contents.set(slot, words);
  }

  private count(slot: number): number {
    return this.kernel.machine.readWord(this.counts + slot);
  }

  private setCount(slot: number, count: number): void {
    const { machine } = this.kernel;
    const change = Number(count !== 0) - Number(this.count(slot) !== 0);
    machine.writeWord(this.counts + slot, count);
    if (change !== 0) machine.words[this.usedAt] = machine.words[this.usedAt]! + change;
  }
}

Object.defineProperty(SwapDevice.prototype, HANDLE, { value: true });
