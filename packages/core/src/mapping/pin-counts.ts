import type { Machine, Restorable } from '@movable-pages/machine';

/**
 * How many pins each page has. The kernel knows them only by their weight in the reference count, which other references
 * may make up together; so does the simulated one, and counts them beside for its reports.
 */
export class PinCounts implements Restorable {
  private counts = new Map<number, number>();
  private initial = new Map<number, number>();

  constructor(private readonly machine: Machine) {
    machine.addRestorable(this);
  }

  /** Counts a pin. */
  add(pfn: number): void {
    this.counts.set(pfn, (this.counts.get(pfn) ?? 0) + 1);
  }

  /** Counts one pin less; gives whether there was any. */
  drop(pfn: number): boolean {
    const count = this.counts.get(pfn) ?? 0;
    if (count > 1) this.counts.set(pfn, count - 1);
    else this.counts.delete(pfn);
    return count > 0;
  }

  /** Forgets a page that is free. */
  forget(pfn: number): void {
    this.counts.delete(pfn);
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.initial = new Map(this.counts);
  }

  /** Back to the sealed state. */
  reset(): void {
    if (this.machine.tracked) this.counts = new Map(this.initial);
  }
}
