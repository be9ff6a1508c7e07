import type { KThread, Machine } from '@movable-pages/machine';

/** A location without a name has a number, which shifts when a word is added. */
const NUMBERED = /\blocation \d+$/;

/** The operation that a thread has in hand, in words that do not change when something else does. */
export function operationName(machine: Machine, thread: KThread): string {
  return machine.describeOp(thread).replace(NUMBERED, 'an unnamed location');
}

/** Counts, for each thread of one execution, how often it has done an operation of each name. */
export class OperationCounts {
  private readonly counts = new Map<string, Map<string, number>>();

  /** Notes that `thread` has done the operation it has in hand. */
  note(machine: Machine, thread: KThread): void {
    const name = operationName(machine, thread);
    let mine = this.counts.get(thread.name);
    if (mine === undefined) this.counts.set(thread.name, (mine = new Map()));
    mine.set(name, (mine.get(name) ?? 0) + 1);
  }

  /** How often `thread` has done it. */
  of(thread: string, operation: string): number {
    return this.counts.get(thread)?.get(operation) ?? 0;
  }
}
