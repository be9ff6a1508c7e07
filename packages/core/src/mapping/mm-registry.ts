import { HANDLE, type Restorable } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { AddressSpace, type AddressSpaceOps } from './address-space.js';
import { AnonVma } from './anon-vma.js';
import { Mm } from './mm.js';
import { Vma } from './vma.js';

/** Entries of a page table: as many pages as a huge page of x86-64. */
const PTES_PER_TABLE = 512;

/**
 * The address spaces of a kernel and what they are made of. What is made while the machine runs is gone when it starts
 * again; what was there before is as it was.
 *
 * @since 0.1.0
 */
export class MmRegistry implements Restorable {
  declare readonly [HANDLE]: true;
  /** Entries of a page table. Fewer make small machines smaller. */
  readonly ptesPerTable: number;
  private readonly mms: Mm[] = [];
  private readonly anonVmas: AnonVma[] = [];
  private readonly idleAnonVmas: AnonVma[] = [];
  private readonly mappings: AddressSpace[] = [];
  private vmas: Vma[] = [];
  private restore: (() => void)[] = [];
  private names = 0;

  constructor(
    private readonly kernel: Kernel,
    ptesPerTable = PTES_PER_TABLE,
  ) {
    this.ptesPerTable = ptesPerTable;
    if (kernel.machine.tracked) kernel.machine.addRestorable(this);
  }

  /** A new, empty address space. @param homeNode The node that its pages come from. */
  createMm(name = `process ${++this.names}`, homeNode = 0): Mm {
    const mm = new Mm(this.kernel, name, homeNode);
    this.mms.push(mm);
    return mm;
  }

  /** The address spaces. For reports. */
  get all(): readonly Mm[] {
    return this.mms;
  }

  /** Forgets an address space that has ended. */
  removeMm(mm: Mm): void {
    this.mms.splice(this.mms.indexOf(mm), 1);
  }

  /** A new area; it belongs to no list yet. */
  createVma(
    mm: Mm,
    start: number,
    end: number,
    pgoff: number,
    flags: number,
    object: AddressSpace | null,
  ): Vma {
    const vma = new Vma(mm, start, end, pgoff, flags, object);
    if (this.kernel.machine.tracked) this.vmas.push(vma);
    return vma;
  }

  /** The anon_vma of a number, or null for 0. */
  anonVma(id: number): AnonVma | null {
    return this.anonVmas[id - 1] ?? null;
  }

  /** A new anon_vma, with one reference. */
  createAnonVma(root: AnonVma | null): AnonVma {
    const reused = root === null ? this.idleAnonVmas.pop() : undefined;
    const anonVma = reused ?? new AnonVma(this.kernel, this.anonVmas.length + 1, root);
    if (reused === undefined) this.anonVmas.push(anonVma);
    anonVma.begin();
    return anonVma;
  }

  /** @internal Takes back an anon_vma whose last reference went. Its words stay what they are: others may still look. */
  releaseAnonVma(anonVma: AnonVma): void {
    if (!this.kernel.machine.tracked && anonVma.root === anonVma) this.idleAnonVmas.push(anonVma);
  }

  /** The anon_vmas. For reports. */
  get allAnonVmas(): readonly AnonVma[] {
    return this.anonVmas;
  }

  /** A new page cache: of a file, of shared memory, of swap. `slots` pages. */
  createAddressSpace(name: string, slots: number, ops: AddressSpaceOps): AddressSpace {
    const mapping = new AddressSpace(this.kernel, this.mappings.length + 1, name, slots, ops);
    this.mappings.push(mapping);
    return mapping;
  }

  /** The page cache of a number, or null. */
  addressSpace(id: number): AddressSpace | null {
    return this.mappings[id - 1] ?? null;
  }

  /** The page caches. For reports. */
  get allAddressSpaces(): readonly AddressSpace[] {
    return this.mappings;
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    const mms = [...this.mms];
    const { names } = this;
    const vmas = [...this.vmas];
    const anonVmas = this.anonVmas.length;
    const mappings = this.mappings.length;
    this.restore = [...mms, ...vmas, ...this.anonVmas, ...this.mappings].map((each) => each.save());
    this.restore.push(() => {
      this.mms.splice(0, this.mms.length, ...mms);
      this.vmas = [...vmas];
      this.anonVmas.length = anonVmas;
      this.mappings.length = mappings;
      this.names = names;
    });
  }

  /** Back to the sealed state. */
  reset(): void {
    for (const restore of this.restore) restore();
  }
}

Object.defineProperty(MmRegistry.prototype, HANDLE, { value: true });
