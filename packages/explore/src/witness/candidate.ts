import type { KThread } from '@movable-pages/machine';
import { isShorter, type Cost } from '../compare.js';
import type { Schedule } from '../schedule.js';
import { Replay } from '../strategies/replay.js';
import { ABANDON, switchCost, type SchedulePoint, type Strategy } from '../strategy.js';

/** Tries a schedule, no further than it can still be better than the best one, or as good. */
export class Candidate implements Strategy {
  readonly name = 'candidate';
  private readonly replay: Replay;
  private readonly cost: { preemptions: number; faults: number; steps: number };

  constructor(
    schedule: Schedule,
    private readonly best: Cost,
  ) {
    this.replay = new Replay(schedule);
    this.cost = { preemptions: 0, faults: 0, steps: 0 };
  }

  nextExecution(): boolean {
    return this.replay.nextExecution();
  }

  nextThread(point: SchedulePoint): number {
    const id = this.replay.nextThread(point);
    this.cost.preemptions += switchCost(point, id);
    this.cost.steps++;
    return isShorter(this.best, this.cost) ? ABANDON : id;
  }

  nextChoice(name: string, alternatives: number, thread: KThread): number {
    const answer = this.replay.nextChoice(name, alternatives, thread);
    if (answer !== 0) this.cost.faults++;
    return answer;
  }
}
