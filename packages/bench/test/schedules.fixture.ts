import {
  OpKind,
  withAmbient,
  type KThread,
  type Machine,
  type MachineObserver,
} from '@movable-pages/machine';

/** An operation as others see it. */
interface Seen {
  /** The thread and which of its steps it is: the same operation in any order. */
  readonly event: string;
  readonly location: number;
  readonly reads: boolean;
}

/** Steps a machine through a prefix of a schedule and remembers what each thread saw. */
class Walker implements MachineObserver {
  private saw: string[] = [];
  private trace: Seen[] = [];

  constructor(private readonly machine: Machine) {}

  /** @returns The threads that can step after `prefix`. */
  go(prefix: readonly number[]): number[] {
    const { machine } = this;
    machine.begin();
    machine.observer = this;
    this.saw = machine.threads.map(() => '');
    this.trace = [];
    for (const id of prefix) machine.step(machine.threads[id]!);
    machine.observer = null;
    const wrong = machine.threads.find((thread) => thread.error !== undefined);
    if (wrong !== undefined) throw new Error(`${wrong.name} failed`, { cause: wrong.error });
    return machine.threads.filter((thread) => machine.isEnabled(thread)).map((thread) => thread.id);
  }

  step(thread: KThread, result: unknown): void {
    this.saw[thread.id] += `${String(result)},`;
    const event = `${thread.id}.${thread.steps}`;
    if (thread.loc >= 0) this.trace.push({ event, location: thread.loc, reads: onlyReads(thread, result) });
  }

  /** The whole state: what each thread saw makes its own, for nothing in a thread depends on anything else. */
  state(): string {
    return `${this.saw.join(' ')} ${this.machine.words.join(',')}`;
  }

  /** The same for two orders of steps that differ only in steps which do not conflict: who touched each word, in order. */
  kind(): string {
    const touched = new Map<number, string[][]>();
    const readsBefore = new Set<number>();
    for (const { event, location, reads } of this.trace) {
      const groups = touched.get(location) ?? [];
      touched.set(location, groups);
      if (reads && readsBefore.has(location)) groups.at(-1)!.push(event);
      else groups.push([event]);
      if (reads) readsBefore.add(location);
      else readsBefore.delete(location);
    }
    const words = [...touched].sort(([a], [b]) => a - b);
    return JSON.stringify([
      this.machine.threads.map((thread) => thread.steps),
      words.map(([location, groups]) => [location, groups.map((group) => group.sort())]),
    ]);
  }

  access(): void {}
  scopeEnter(): void {}
  scopeLeave(): void {}
  reference(): void {}
  misuse(): void {}
}

function onlyReads(thread: KThread, result: unknown): boolean {
  switch (thread.kind) {
    case OpKind.load:
      return true;
    case OpKind.tryAcquire:
    case OpKind.compareExchange:
    case OpKind.incrementUnlessZero:
      return result === false;
    default:
      return false;
  }
}

/** Counts schedules one by one, by the plainest recursion there is. */
export function countOneByOne(machine: Machine): number {
  const walker = new Walker(machine);
  const below = (prefix: number[]): number => {
    const able = walker.go(prefix);
    return able.length === 0 ? 1 : able.reduce((sum, id) => sum + below([...prefix, id]), 0);
  };
  return withAmbient(machine, () => below([]));
}

/** Counts schedules by the states that they pass through. For programs whose whole state is words. */
export function countByStates(machine: Machine): { schedules: number; states: number } {
  const walker = new Walker(machine);
  const known = new Map<string, number>();
  const below = (prefix: number[]): number => {
    const able = walker.go(prefix);
    const state = walker.state();
    const before = known.get(state);
    if (before !== undefined) return before;
    const sum = able.length === 0 ? 1 : able.reduce((total, id) => total + below([...prefix, id]), 0);
    known.set(state, sum);
    return sum;
  };
  const schedules = withAmbient(machine, () => below([]));
  return { schedules, states: known.size };
}

/** Counts kinds of schedules: those that differ only in the order of steps which do not conflict are one. */
export function countKinds(machine: Machine): number {
  const walker = new Walker(machine);
  const seen = new Set<string>();
  let kinds = 0;
  const below = (prefix: number[]): void => {
    const able = walker.go(prefix);
    const kind = walker.kind();
    if (seen.has(kind)) return;
    seen.add(kind);
    if (able.length === 0) kinds++;
    for (const id of able) below([...prefix, id]);
  };
  withAmbient(machine, () => below([]));
  return kinds;
}
