import { HANDLE, OpKind, type Op, type RwLock, type SpinLock } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { vmRwSemaphore, vmSpinLock } from '../locks.js';
import { PageTable } from './page-table.js';
import type { Vma } from './vma.js';

/** What a process has, by kind. @kernel include/linux/mm_types_task.h MM_ANONPAGES, MM_SHMEMPAGES, MM_SWAPENTS @since 0.1.0 */
export const Rss = { anon: 0, shmem: 1, swap: 2 } as const;

/** One of {@link Rss}. @since 0.1.0 */
export type Rss = (typeof Rss)[keyof typeof Rss];

/**
 * The address space of a process: areas and page tables. Addresses are virtual page numbers throughout.
 *
 * @kernel include/linux/mm_types.h struct mm_struct
 * @since 0.1.0
 */
export class Mm {
  declare readonly [HANDLE]: true;
  /** Guards the areas. Outside of every page lock. */
  readonly mmapLock: RwLock;
  /** Settles which of two faults gives an area its anon_vma. @kernel include/linux/mm_types.h page_table_lock */
  readonly anonLock: SpinLock;
  private areas: Vma[] = [];
  /** By number of the table: its first page divided by the entries of a table. */
  private readonly tables = new Map<number, PageTable>();
  private readonly directoryAt: number;
  private readonly rssAt: number;
  private readonly guard: number;

  constructor(
    readonly kernel: Kernel,
    /** The name of the process, for reports. */
    readonly name: string,
    /** The node that its pages come from. Changes where the process runs on another. */
    public homeNode: number,
  ) {
    const { machine } = kernel;
    this.mmapLock = vmRwSemaphore(machine, 'mmap_lock', `${name} mmap_lock`);
    this.anonLock = vmSpinLock(machine, 'anon_vma prepare lock', `${name} anon_vma prepare lock`);
    this.directoryAt = machine.allocateWords(1, () => `${name} page directory`);
    this.rssAt = machine.allocateWords(3, (kind) => `${name} rss ${kind}`);
    this.guard = machine.tracked ? machine.heap.reserveNamed(1, () => `${name} areas`) : -1;
  }

  // ---- areas --------------------------------------------------------------------------------------------------------

  /** The areas by address. Locks: `mmap_lock`, for reading at least. */
  get vmas(): readonly Vma[] {
    this.note(false);
    return this.areas;
  }

  /** The area of a page, or null. Locks: `mmap_lock`, for reading at least. @kernel mm/mmap.c find_vma */
  find(vpn: number): Vma | null {
    this.note(false);
    let low = 0;
    let high = this.areas.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.areas[middle]!.end <= vpn) low = middle + 1;
      else high = middle;
    }
    const vma = this.areas[low];
    return vma !== undefined && vma.start <= vpn ? vma : null;
  }

  /** Puts an area in. Locks: `mmap_lock` for writing. */
  insert(vma: Vma): void {
    this.note(true);
    const at = this.areas.findIndex((each) => each.start >= vma.end);
    this.areas.splice(at < 0 ? this.areas.length : at, 0, vma);
  }

  /** Takes an area out. Locks: `mmap_lock` for writing. */
  remove(vma: Vma): void {
    this.note(true);
    this.areas.splice(this.areas.indexOf(vma), 1);
  }

  // ---- page tables --------------------------------------------------------------------------------------------------

  /** The table of a page, or null. A table stays once it is there, so only its absence is an operation to see. */
  *table(vpn: number): Op<PageTable | null> {
    const known = this.tables.get(this.tableNumber(vpn));
    if (known !== undefined) return known;
    yield* this.kernel.machine.makeOp(OpKind.load, this.directoryAt, 0, 0);
    return this.tables.get(this.tableNumber(vpn)) ?? null;
  }

  /**
   * The table of a page, made if it is missing.
   *
   * @kernel mm/memory.c __pte_alloc
   * @throws MachineError `MP_HEAP_FULL`.
   */
  *makeTable(vpn: number): Op<PageTable> {
    const known = this.tables.get(this.tableNumber(vpn));
    if (known !== undefined) return known;
    yield* this.kernel.machine.makeOp(OpKind.fetchAdd, this.directoryAt, 1, 0);
    const number = this.tableNumber(vpn);
    let table = this.tables.get(number);
    if (table === undefined) {
      const { ptesPerTable } = this.kernel.mms;
      table = new PageTable(this.kernel.machine, this.name, number * ptesPerTable, ptesPerTable);
      this.tables.set(number, table);
    }
    return table;
  }

  /** The table of a page as it is. For those who know that it is there, and for reports. */
  peekTable(vpn: number): PageTable | undefined {
    return this.tables.get(this.tableNumber(vpn));
  }

  /** The entry of a page as it is, 0 without a table. For reports; not tracked. */
  peekPte(vpn: number): number {
    return this.peekTable(vpn)?.peek(vpn) ?? 0;
  }

  /** The tables as they are. For reports. */
  peekTables(): Iterable<PageTable> {
    return this.tables.values();
  }

  /** @internal Gives the tables back: nobody runs in the process, and no area names it any more. */
  releaseTables(): void {
    for (const table of this.tables.values()) table.release();
    this.tables.clear();
  }

  private tableNumber(vpn: number): number {
    return Math.floor(vpn / this.kernel.mms.ptesPerTable);
  }

  // ---- counters -----------------------------------------------------------------------------------------------------

  /** Counts pages of a kind. Additions commute and nobody decides by them: no operation. */
  addRss(kind: Rss, pages: number): void {
    const { words } = this.kernel.machine;
    words[this.rssAt + kind] = words[this.rssAt + kind]! + pages;
  }

  /** Pages of a kind as they are. */
  rss(kind: Rss): number {
    return this.kernel.machine.words[this.rssAt + kind]!;
  }

  /** @internal What brings the present state back. */
  save(): () => void {
    const areas = [...this.areas];
    const tables = [...this.tables];
    const { homeNode } = this;
    return () => {
      this.homeNode = homeNode;
      this.areas = [...areas];
      this.tables.clear();
      for (const [number, table] of tables) this.tables.set(number, table);
    };
  }

  private note(write: boolean): void {
    if (this.guard >= 0) this.kernel.machine.access(this.guard, write);
  }
}

Object.defineProperty(Mm.prototype, HANDLE, { value: true });
