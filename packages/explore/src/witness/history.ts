import { OpKind, type KThread, type MachineObserver } from '@movable-pages/machine';

const STRIDE = 32;

/** For each thread, how many of its first steps. */
export type Prefixes = Int32Array;

/** A step of an execution, as far as it matters where it stands. */
interface Step {
  readonly thread: number;
  /** For each thread, how many of its steps happen before this one; its own include it. */
  readonly past: Prefixes;
}

/** Who touched a location: all that was done to it, and what changed it. */
interface Touched {
  readonly all: Prefixes;
  readonly changes: Prefixes;
}

/**
 * Which steps of one execution happen before which, plain accesses included. Attach it as {@link Executor.tap}. What it
 * says is a guess at which steps can be moved or dropped; whoever acts on it runs the result.
 */
export class History implements MachineObserver {
  /** Names of the threads that took a step, by id. */
  readonly names: string[] = [];
  readonly steps: Step[] = [];
  private readonly own: Step[][] = [];
  private readonly touched = new Map<number, Touched>();
  private readonly born = new Map<number, Prefixes>();

  step(thread: KThread, result: unknown): void {
    const mine = (this.own[thread.id] ??= []);
    const past = mine.at(-1)?.past.slice() ?? new Int32Array(STRIDE);
    past[thread.id]!++;
    this.names[thread.id] = thread.name;
    const step = { thread: thread.id, past };
    mine.push(step);
    this.steps.push(step);
    if (thread.kind === OpKind.start) {
      for (const earlier of thread.after) joinInto(past, this.pastOf(earlier.id));
      joinInto(past, this.born.get(thread.id));
    } else if (thread.kind === OpKind.join) joinInto(past, this.pastOf(thread.a));
    else if (thread.kind === OpKind.spawn) this.born.set((result as KThread).id, past);
    else if (thread.loc >= 0) this.touch(past, thread.loc, thread.kind !== OpKind.load);
  }

  access(thread: KThread, location: number, write: boolean): void {
    const past = this.pastOf(thread.id);
    if (past !== undefined) this.touch(past, location, write);
  }

  scopeEnter(): void {}
  scopeLeave(): void {}
  reference(): void {}
  misuse(): void {}

  /** How many steps each thread took. */
  get lengths(): Prefixes {
    const lengths = new Int32Array(STRIDE);
    this.own.forEach((steps, thread) => (lengths[thread] = steps.length));
    return lengths;
  }

  /** The step of a thread, counted from 0. */
  stepOf(thread: number, index: number): Step {
    return this.own[thread]![index]!;
  }

  /** What happens before the last step of a thread, and it. */
  pastOf(thread: number): Prefixes | undefined {
    return this.own[thread]?.at(-1)?.past;
  }

  private touch(past: Prefixes, location: number, write: boolean): void {
    const known = this.touched.get(location);
    if (known === undefined) {
      const changes = write ? past.slice() : new Int32Array(STRIDE);
      this.touched.set(location, { all: past.slice(), changes });
      return;
    }
    joinInto(past, write ? known.all : known.changes);
    joinInto(known.all, past);
    if (write) joinInto(known.changes, past);
  }
}

/** Makes `to` the union of both. */
export function joinInto(to: Prefixes, from: Prefixes | undefined): void {
  if (from === undefined) return;
  for (let i = 0; i < STRIDE; i++) if (from[i]! > to[i]!) to[i] = from[i]!;
}
