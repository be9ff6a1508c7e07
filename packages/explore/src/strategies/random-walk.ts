import type { SchedulePoint } from '../strategy.js';
import { Sampler } from './sampler.js';

/**
 * Picks any thread that can step, each as likely as the others.
 *
 * @since 0.1.0
 */
export class RandomWalk extends Sampler {
  readonly name: string;

  /** @param faultLimit Answers other than 0 in one execution. */
  constructor(seed: number, executions: number, faultLimit = 1) {
    super(seed, executions, faultLimit);
    this.name = `random(seed=${seed}, executions=${executions})`;
  }

  nextThread(point: SchedulePoint): number {
    return point.enabled[point.count === 1 ? 0 : this.random.below(point.count)]!;
  }
}
