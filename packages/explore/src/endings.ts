import type { Machine } from '@movable-pages/machine';

/** How many different endings are kept apart; whatever comes after is counted together. */
const KEPT = 1000;

/** One way in which executions ended. @since 0.1.0 */
export interface Ending {
  /** What it looks like: the words and keys in which the endings differ, or what the program says of it. */
  readonly text: string;
  readonly executions: number;
  /** The execution that ended so first, counted from 1. */
  readonly firstExecution: number;
}

/** The endings between two executions, as plain data. @since 0.1.0 */
export interface SavedEndings {
  readonly entries: readonly ({ readonly key: number | string } & Entry)[];
  readonly more: number;
}

interface Entry {
  /** The state in lines, or what the program says. */
  readonly text: string;
  executions: number;
  readonly firstExecution: number;
}

/**
 * Groups executions by the state that they ended in: words, tracked state, and who was stuck.
 *
 * @since 0.1.0
 */
export class Endings {
  private readonly entries = new Map<number | string, Entry>();
  private more = 0;

  /**
   * @param describe What distinguishes two endings, asked when an execution is over. Default: the whole state of the machine.
   */
  constructor(
    private readonly machine: Machine,
    private readonly describe: (() => string) | null,
  ) {}

  /** Different endings seen, at most. */
  get count(): number {
    return this.entries.size;
  }

  /** Notes how the execution that is over ended. */
  note(execution: number): void {
    const key = this.describe === null ? this.machine.stateDigest() : this.describe();
    const known = this.entries.get(key);
    if (known !== undefined) known.executions++;
    else if (this.entries.size < KEPT) {
      const text = typeof key === 'string' ? key : this.machine.stateText();
      this.entries.set(key, { text, executions: 1, firstExecution: execution });
    } else this.more++;
  }

  /** How many executions ended in ways that were not kept apart, because there were too many. */
  get uncounted(): number {
    return this.more;
  }

  save(): SavedEndings {
    return { entries: [...this.entries].map(([key, entry]) => ({ key, ...entry })), more: this.more };
  }

  restore(saved: SavedEndings): void {
    for (const { key, ...entry } of saved.entries) this.entries.set(key, { ...entry });
    this.more = saved.more;
  }
}

/** The endings in words, the most frequent first: of each, in what it differs from the others. */
export function describeEndings(saved: SavedEndings, whole: boolean): Ending[] {
  const texts = whole
    ? saved.entries.map(({ text }) => text)
    : differences(saved.entries.map(({ text }) => text));
  return saved.entries
    .map(({ executions, firstExecution }, index) => ({ text: texts[index]!, executions, firstExecution }))
    .sort((a, b) => b.executions - a.executions || a.firstExecution - b.firstExecution);
}

/** Of several states in lines, the lines in which they differ. */
function differences(states: readonly string[]): string[] {
  const lines = states.map((state) => state.split('\n'));
  const seen = new Map<string, number>();
  for (const state of lines) for (const line of new Set(state)) seen.set(line, (seen.get(line) ?? 0) + 1);
  return lines.map((state) => {
    const own = state.filter((line) => seen.get(line)! < states.length);
    return own.length === 0 ? 'nothing else' : own.join(', ');
  });
}
