import { HANDLE, OpKind, type Op, type RwLock } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { vmRwSemaphore } from '../locks.js';
import type { Vma } from './vma.js';

/**
 * What an anonymous page's mapping word names: the areas in which the page may be mapped. A fork adds the child's areas to
 * those of the parent and gives the child one of its own; they all share the lock of the first, their root.
 *
 * @kernel include/linux/rmap.h struct anon_vma
 * @since 0.1.0
 */
export class AnonVma {
  declare readonly [HANDLE]: true;
  /** Guards the chains of all that have the same root. */
  readonly lock: RwLock;
  readonly root: AnonVma;
  /** The areas in order of arrival: a child comes after its parent. Locks: {@link AnonVma.lock}. */
  private areas: Vma[] = [];
  private readonly guard: number;
  private readonly refsAt: number;

  constructor(
    private readonly kernel: Kernel,
    /** Its number; the mapping word is this shifted left by two, with the tag. */
    readonly id: number,
    root: AnonVma | null,
  ) {
    const { machine } = kernel;
    this.root = root ?? this;
    this.refsAt = machine.allocateWords(1, () => `anon_vma ${id} references`);
    this.guard = machine.tracked ? machine.heap.reserveNamed(1, () => `anon_vma ${id} areas`) : -1;
    this.lock = root?.lock ?? vmRwSemaphore(machine, 'anon_vma lock', `anon_vma ${id} lock`);
  }

  /** The areas. Locks: {@link AnonVma.lock}, for reading at least. */
  get chain(): readonly Vma[] {
    this.note(false);
    return this.areas;
  }

  /** Adds an area. Locks: {@link AnonVma.lock} for writing. @kernel mm/rmap.c anon_vma_chain_link */
  link(vma: Vma): void {
    this.note(true);
    this.areas.push(vma);
    vma.chains = [...vma.chains, this];
  }

  /** Takes an area out. Locks: {@link AnonVma.lock} for writing. */
  unlink(vma: Vma): void {
    this.note(true);
    this.areas.splice(this.areas.indexOf(vma), 1);
    vma.chains = vma.chains.filter((each) => each !== this);
  }

  /** Takes a reference unless nobody uses it any more; gives whether it did. Never sleeps. */
  tryGet(): Op<boolean> {
    return this.kernel.machine.makeOp(OpKind.incrementUnlessZero, this.refsAt, 0, 0);
  }

  /** Drops a reference; the last one ends it. Never sleeps. @kernel include/linux/rmap.h put_anon_vma */
  *put(): Op<void> {
    const { machine, mms } = this.kernel;
    const old = yield* machine.makeOp(OpKind.fetchAdd, this.refsAt, -1, 0) as Op<number>;
    if (old > 1) return;
    mms.releaseAnonVma(this);
    if (this.root !== this) yield* this.root.put();
  }

  /** @internal Begins its life with one reference, that of its areas. */
  begin(): void {
    this.kernel.machine.words[this.refsAt] = 1;
    this.areas = [];
  }

  /** References as they are. For reports; not tracked. */
  peekRefs(): number {
    return this.kernel.machine.words[this.refsAt]!;
  }

  /** @internal What brings the present state back. */
  save(): () => void {
    const areas = [...this.areas];
    return () => {
      this.areas = [...areas];
    };
  }

  private note(write: boolean): void {
    if (this.guard >= 0) this.kernel.machine.access(this.guard, write);
  }
}

Object.defineProperty(AnonVma.prototype, HANDLE, { value: true });
