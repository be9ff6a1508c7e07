import { OpKind, type Machine, type Op, type SpinLock } from '@movable-pages/machine';
import { vmSpinLock } from '../locks.js';
import { PteBit } from './pte.js';

/**
 * The lowest level of a process's page tables: entries of consecutive pages, and their lock. The processor looks and sets
 * its bits without the lock; everybody else changes entries under it.
 *
 * @kernel include/linux/mm_types.h pgtable_t, pte_lockptr
 * @since 0.1.0
 */
export class PageTable {
  /** The page-table lock of these entries. */
  readonly lock: SpinLock;
  private readonly base: number;

  constructor(
    private readonly machine: Machine,
    /** @param name Of the process. */
    name: string,
    /** The page of the first entry. */
    readonly first: number,
    /** How many entries. */
    readonly size: number,
  ) {
    this.base = machine.allocateWords(size, (entry) => `${name} pte ${first + entry}`);
    this.lock = vmSpinLock(machine, 'page-table lock', `${name} page-table lock ${first}`);
  }

  /** Gives the words of the entries back. */
  release(): void {
    const { machine } = this;
    machine.releaseWords(this.base, this.size, `page table ${this.first} is freed`);
  }

  /** Where the entry of a page lies. */
  location(vpn: number): number {
    return this.base + (vpn - this.first);
  }

  /** Reads an entry without the lock. */
  load(vpn: number): Op<number> {
    return this.machine.makeOp(OpKind.load, this.location(vpn), 0, 0);
  }

  /** An entry as it is: for the holder of the lock, who decides nothing by the bits that the processor sets. */
  peek(vpn: number): number {
    return this.machine.words[this.location(vpn)]!;
  }

  /** Writes an entry. Locks: {@link PageTable.lock}. @kernel arch/x86/include/asm/pgtable.h set_pte_at */
  set(vpn: number, pte: number): Op<void> {
    return this.machine.makeOp(OpKind.store, this.location(vpn), pte, 0);
  }

  /**
   * Takes an entry out and gives it. From here on no processor uses it: the flush is part of it. Locks:
   * {@link PageTable.lock}.
   *
   * @kernel mm/pgtable-generic.c ptep_clear_flush
   */
  clear(vpn: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchAnd, this.location(vpn), 0, 0);
  }

  /** Clears bits of an entry and gives what it was. Locks: {@link PageTable.lock}. */
  clearBits(vpn: number, bits: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchAnd, this.location(vpn), ~bits, 0);
  }

  /** Sets bits of an entry. Locks: {@link PageTable.lock}. */
  setBits(vpn: number, bits: number): Op<number> {
    return this.machine.makeOp(OpKind.fetchOr, this.location(vpn), bits, 0);
  }

  /**
   * The processor looks up an entry to use it: if `wanted` bits are set in it, the bits `marks` are set in the same step,
   * and the caller's access to the page belongs to that step too.
   *
   * @returns The entry.
   */
  *walk(vpn: number, wanted: number, marks: number): Op<number> {
    const at = this.location(vpn);
    const pte = yield* this.machine.makeOp(OpKind.fetchAdd, at, 0, 0) as Op<number>;
    if ((pte & (wanted | PteBit.protNone)) === wanted) this.machine.words[at] = pte | marks;
    return pte;
  }
}
