import type { Executor } from './execution.js';
import type { Decision } from './strategies/follow.js';

/** One execution of a search: what was decided, and what it left. @since 0.1.0 */
export interface SavedSample {
  readonly execution: number;
  readonly decisions: readonly Decision[];
  /** The footprint of the execution, as one number. */
  readonly sum: number;
}

/** The samples of a search between two executions, as plain data. */
export interface SavedSamples {
  readonly stride: number;
  readonly list: readonly SavedSample[];
}

/** Keeps a few executions, spread evenly over the search so far. */
export class Samples {
  private list: SavedSample[] = [];
  private stride = 1;

  /** @param most Samples that are kept at most. */
  constructor(private readonly most: number) {}

  /** Offers the execution that just ended. */
  offer(execution: number, executor: Executor): void {
    if (execution % this.stride !== 0) return;
    this.list.push({ execution, decisions: executor.lastDecisions(), sum: executor.footprint.sum });
    if (this.list.length < this.most) return;
    this.stride *= 2;
    this.list = this.list.filter((sample) => sample.execution % this.stride === 0);
  }

  get all(): readonly SavedSample[] {
    return this.list;
  }

  save(): SavedSamples {
    return { stride: this.stride, list: [...this.list] };
  }

  restore(saved: SavedSamples): void {
    this.stride = saved.stride;
    this.list = [...saved.list];
  }
}
