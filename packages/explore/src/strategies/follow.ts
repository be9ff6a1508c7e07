import type { KThread, Machine } from '@movable-pages/machine';
import type { SchedulePoint, Strategy } from '../strategy.js';

/** One decision as a beacon keeps it: who stepped, and what a choice was answered. @since 0.1.0 */
export interface Decision {
  readonly thread: number;
  readonly answer: number;
}

/** Follows decisions step by step, once: what a watcher saw of an execution that never ended. @since 0.1.0 */
export class Follow implements Strategy {
  readonly name = 'follow';
  private started = false;

  constructor(
    private readonly machine: Machine,
    private readonly decisions: readonly Decision[],
  ) {}

  nextExecution(): boolean {
    if (this.started) return false;
    this.started = true;
    return true;
  }

  nextThread(point: SchedulePoint): number {
    return this.decisions[this.machine.steps]?.thread ?? point.enabled[0]!;
  }

  nextChoice(_name: string, _alternatives: number, _thread: KThread): number {
    return this.decisions[this.machine.steps]?.answer ?? 0;
  }
}
