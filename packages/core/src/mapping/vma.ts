import { HANDLE, OpKind, type Op } from '@movable-pages/machine';
import type { AddressSpace } from './address-space.js';
import type { AnonVma } from './anon-vma.js';
import type { Mm } from './mm.js';
import { VmFlag } from './vm-flag.js';

/**
 * An area of a process: consecutive pages of one kind. Bounds change under `mmap_lock` for writing and the locks of the
 * reverse map, so either is enough to read them.
 *
 * @kernel include/linux/mm_types.h struct vm_area_struct
 * @since 0.1.0
 */
export class Vma {
  declare readonly [HANDLE]: true;
  /** The chains of the reverse map that it is in. */
  chains: readonly AnonVma[] = [];
  private readonly flagsAt: number;
  private readonly anonAt: number;
  private readonly guard: number;

  constructor(
    readonly mm: Mm,
    /** First page. */
    private startPage: number,
    /** One past the last page. */
    private endPage: number,
    /** Offset of the first page: in the object, or where the area was when it was made. */
    private offset: number,
    flags: number,
    /** What it maps; null for private anonymous memory. */
    readonly object: AddressSpace | null,
  ) {
    const { machine } = mm.kernel;
    const name = `${mm.name} area ${startPage}`;
    this.flagsAt = machine.allocateWords(2, (word) => `${name} ${word === 0 ? 'flags' : 'anon_vma'}`);
    this.anonAt = this.flagsAt + 1;
    this.guard = machine.tracked ? machine.heap.reserveNamed(1, () => `${name} bounds`) : -1;
    machine.words[this.flagsAt] = flags;
  }

  /** First page. */
  get start(): number {
    this.noteAccess(false);
    return this.startPage;
  }

  /** One past the last page. */
  get end(): number {
    this.noteAccess(false);
    return this.endPage;
  }

  /** Offset of the first page. @kernel include/linux/mm_types.h vm_pgoff */
  get pgoff(): number {
    return this.offset;
  }

  /** Changes the bounds. Locks: `mmap_lock` for writing and those of the reverse map. */
  setBounds(start: number, end: number): void {
    this.noteAccess(true);
    this.offset += start - this.startPage;
    this.startPage = start;
    this.endPage = end;
  }

  /** The flags as they are. Locks: `mmap_lock`. */
  get flags(): number {
    return this.mm.kernel.machine.words[this.flagsAt]!;
  }

  /** Reads the flags. For those who come by the reverse map, without `mmap_lock`. */
  readFlags(): Op<number> {
    return this.mm.kernel.machine.makeOp(OpKind.load, this.flagsAt, 0, 0);
  }

  /** Writes the flags. Locks: `mmap_lock` for writing. */
  setFlags(flags: number): Op<void> {
    return this.mm.kernel.machine.makeOp(OpKind.store, this.flagsAt, flags, 0);
  }

  /** Whether its memory is shared with other mappings of the object. */
  get shared(): boolean {
    return (this.flags & VmFlag.shared) !== 0;
  }

  /** Its anon_vma, or null: two faults may be about to set it. Locks: `mmap_lock`. */
  *readAnonVma(): Op<AnonVma | null> {
    const { machine } = this.mm.kernel;
    return this.mm.kernel.mms.anonVma(yield* machine.makeOp(OpKind.load, this.anonAt, 0, 0) as Op<number>);
  }

  /** Its anon_vma as it is. Locks: `mmap_lock` for writing, or that of the page table. */
  get anonVma(): AnonVma | null {
    return this.mm.kernel.mms.anonVma(this.mm.kernel.machine.words[this.anonAt]!);
  }

  /** Sets its anon_vma. */
  setAnonVma(anonVma: AnonVma | null): Op<void> {
    return this.mm.kernel.machine.makeOp(OpKind.store, this.anonAt, anonVma?.id ?? 0, 0);
  }

  /** The index that a page of this area carries. 32 bits. @kernel include/linux/pagemap.h linear_page_index */
  indexOf(vpn: number): number {
    return (vpn - this.start + this.offset) | 0;
  }

  /** The page of this area that has an index, or -1. @kernel mm/internal.h vma_address */
  pageOf(index: number): number {
    const distance = (index - this.offset) | 0;
    const vpn = this.start + distance;
    return distance >= 0 && vpn < this.end ? vpn : -1;
  }

  /** @internal What brings the present state back. */
  save(): () => void {
    const { chains, startPage, endPage, offset } = this;
    return () => {
      this.chains = chains;
      this.startPage = startPage;
      this.endPage = endPage;
      this.offset = offset;
    };
  }

  private noteAccess(write: boolean): void {
    if (this.guard >= 0) this.mm.kernel.machine.access(this.guard, write);
  }
}

Object.defineProperty(Vma.prototype, HANDLE, { value: true });
