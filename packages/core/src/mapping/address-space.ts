import { HANDLE, OpKind, type Op, type RwLock, type SpinLock } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { vmRwSemaphore, vmSpinLock } from '../locks.js';
import type { Page } from '../memory/page.js';
import type { MigrateMode } from '../migrate/migrate-mode.js';
import type { Vma } from './vma.js';

/**
 * What `writePage` gives if it did not write: it could not now, the page is still locked, and better kept in memory.
 *
 * @kernel include/linux/fs.h AOP_WRITEPAGE_ACTIVATE
 * @since 0.1.0
 */
export const AOP_WRITEPAGE_ACTIVATE = 0x80000;

/**
 * What the pages of a page cache can do. A filesystem supplies it; shared memory and swap have their own.
 *
 * @kernel include/linux/fs.h struct address_space_operations
 * @since 0.1.0
 */
export interface AddressSpaceOps {
  /**
   * Moves a page of the cache; both pages are locked and no page table maps the old one. Without it, `migratePages` writes
   * dirty pages out and moves clean ones.
   */
  readonly migratePage?: (
    mapping: AddressSpace,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ) => Op<number>;
  /**
   * Begins to write a dirty page out, and unlocks it. Gives 0 or a negative error, or {@link AOP_WRITEPAGE_ACTIVATE} with
   * the page still locked, and marked dirty again.
   */
  readonly writePage?: (page: Page) => Op<number>;
  /** Lets go of private data of a page; gives whether it could. */
  readonly releasePage?: (page: Page) => Op<boolean>;
}

/**
 * A page cache: the pages of a file, of shared memory, or of swap, by index, and the areas that map them. The cache holds
 * one reference on each page.
 *
 * @kernel include/linux/fs.h struct address_space
 * @since 0.1.0
 */
export class AddressSpace {
  declare readonly [HANDLE]: true;
  /** Guards the slots. Innermost but for `lru_lock`. @kernel include/linux/fs.h i_pages */
  readonly treeLock: SpinLock;
  /** Guards the areas. @kernel include/linux/fs.h i_mmap_rwsem */
  readonly areasLock: RwLock;
  private areas: Vma[] = [];
  private readonly machine;
  private readonly base: number;
  private readonly guard: number;

  constructor(
    private readonly kernel: Kernel,
    /** Its number; the mapping word of its pages is this shifted left by two. */
    readonly id: number,
    readonly name: string,
    /** How many pages it can have. */
    readonly slots: number,
    readonly ops: AddressSpaceOps,
  ) {
    const { machine } = kernel;
    this.machine = machine;
    this.base = machine.allocateWords(slots, (slot) => `${name} slot ${slot}`);
    this.treeLock = vmSpinLock(machine, 'i_pages lock', `${name} i_pages lock`);
    this.areasLock = vmRwSemaphore(machine, 'i_mmap lock', `${name} i_mmap lock`);
    this.guard = machine.tracked ? machine.heap.reserveNamed(1, () => `${name} areas`) : -1;
  }

  // ---- slots --------------------------------------------------------------------------------------------------------

  /** Reads a slot without the lock: the page in it, or null. The page may be gone by the time it is used. */
  *loadSlot(index: number): Op<Page | null> {
    const word = yield* this.machine.makeOp(OpKind.load, this.base + index, 0, 0) as Op<number>;
    return word === 0 ? null : this.kernel.page(word - 1);
  }

  /** The page in a slot as it is. Locks: {@link AddressSpace.treeLock}, or for reports. */
  peekSlot(index: number): Page | null {
    const word = this.machine.words[this.base + index]!;
    return word === 0 ? null : this.kernel.page(word - 1);
  }

  /** Writes a slot. Locks: {@link AddressSpace.treeLock}. @kernel lib/xarray.c xas_store */
  storeSlot(index: number, page: Page | null): Op<void> {
    return this.machine.makeOp(OpKind.store, this.base + index, page === null ? 0 : page.pfn + 1, 0);
  }

  // ---- areas --------------------------------------------------------------------------------------------------------

  /** The areas that map it, in order of arrival. Locks: {@link AddressSpace.areasLock}, for reading at least. */
  get chain(): readonly Vma[] {
    this.note(false);
    return this.areas;
  }

  /** Adds an area. Locks: {@link AddressSpace.areasLock} for writing. */
  link(vma: Vma): void {
    this.note(true);
    this.areas.push(vma);
  }

  /** Takes an area out. Locks: {@link AddressSpace.areasLock} for writing. */
  unlink(vma: Vma): void {
    this.note(true);
    this.areas.splice(this.areas.indexOf(vma), 1);
  }

  /** @internal What brings the present state back. */
  save(): () => void {
    const areas = [...this.areas];
    return () => {
      this.areas = [...areas];
    };
  }

  private note(write: boolean): void {
    if (this.guard >= 0) this.machine.access(this.guard, write);
  }
}

Object.defineProperty(AddressSpace.prototype, HANDLE, { value: true });
