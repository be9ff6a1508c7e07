import type { KThread } from '@movable-pages/machine';
import type { SchedulePoint, Strategy } from '../strategy.js';
import { Seeded } from './seeded.js';

/** A sampler between two executions, as plain data. @since 0.1.0 */
export interface SavedSampler {
  readonly state: number;
  readonly done: number;
  /** Steps that an execution was expected to take, if that matters. */
  readonly length?: number;
}

/** One in so many choices is answered other than 0. */
const FAULT_RARITY = 4;

/**
 * Runs so many executions whose decisions depend on a seed. The same seed gives the same schedules.
 *
 * @since 0.1.0
 */
export abstract class Sampler implements Strategy {
  abstract readonly name: string;
  /** @internal */
  protected readonly random: Seeded;
  private done = 0;
  private faults = 0;

  /** @param faultLimit Answers other than 0 in one execution. */
  constructor(
    seed: number,
    private readonly executions: number,
    private readonly faultLimit: number,
  ) {
    this.random = new Seeded(seed);
  }

  abstract nextThread(point: SchedulePoint): number;

  /** Called before each execution. */
  protected prepare(): void {}

  nextExecution(): boolean {
    if (this.done >= this.executions) return false;
    this.done++;
    this.faults = 0;
    this.prepare();
    return true;
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    if (this.faults >= this.faultLimit || this.random.below(FAULT_RARITY) !== 0) return 0;
    const answer = this.random.below(alternatives);
    if (answer !== 0) this.faults++;
    return answer;
  }

  /** What is left to do, to go on later with {@link Sampler.restore}. To be asked between executions. */
  save(): SavedSampler {
    return { state: this.random.state, done: this.done };
  }

  /** Goes on where a sampler was saved. */
  restore(saved: SavedSampler): void {
    this.random.state = saved.state;
    this.done = saved.done;
  }
}
