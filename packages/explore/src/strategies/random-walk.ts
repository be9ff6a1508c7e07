import type { KThread } from '@movable-pages/machine';
import type { SchedulePoint, Strategy } from '../strategy.js';

/**
 * Picks threads and answers by a seeded generator, for so many executions. The same seed gives the same schedules.
 *
 * @since 0.1.0
 */
export class RandomWalk implements Strategy {
  readonly name: string;
  private state: number;
  private done = 0;
  private faults = 0;

  /**
   * @param faultLimit Answers other than 0 in one execution.
   */
  constructor(
    seed: number,
    private readonly executions: number,
    private readonly faultLimit = 1,
  ) {
    this.name = `random(seed=${seed}, executions=${executions})`;
    this.state = seed >>> 0;
  }

  nextExecution(): boolean {
    this.faults = 0;
    return this.done++ < this.executions;
  }

  nextThread(point: SchedulePoint): number {
    return point.enabled[this.below(point.count)]!;
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    if (this.faults >= this.faultLimit || this.below(4) !== 0) return 0;
    const answer = this.below(alternatives);
    if (answer !== 0) this.faults++;
    return answer;
  }

  /** mulberry32. */
  private below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  }
}
