import type { KThread } from '@movable-pages/machine';
import { scheduleLength, type Schedule } from '../schedule.js';
import { ABANDON, type SchedulePoint, type Strategy } from '../strategy.js';
import { Replay } from './replay.js';

/** Follows one schedule as far as it goes, and no further. */
export class Prefix implements Strategy {
  readonly name = 'prefix';
  private readonly replay: Replay;
  private left: number;

  constructor(schedule: Schedule) {
    this.replay = new Replay(schedule);
    this.left = scheduleLength(schedule);
  }

  nextExecution(): boolean {
    return this.replay.nextExecution();
  }

  nextThread(point: SchedulePoint): number {
    return this.left-- > 0 ? this.replay.nextThread(point) : ABANDON;
  }

  nextChoice(name: string, alternatives: number, thread: KThread): number {
    return this.replay.nextChoice(name, alternatives, thread);
  }
}
