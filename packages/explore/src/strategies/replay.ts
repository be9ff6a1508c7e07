import type { KThread } from '@movable-pages/machine';
import type { Schedule } from '../schedule.js';
import { defaultThread, type SchedulePoint, type Strategy } from '../strategy.js';

/**
 * Follows one schedule, once. Where the schedule does not fit the program any more (a thread is missing or cannot step
 * where it should) a strict replay remembers why in {@link Replay.misfit}, and both kinds go on by default.
 *
 * @since 0.1.0
 */
export class Replay implements Strategy {
  readonly name = 'replay';
  /** Why the schedule does not fit, or null. */
  misfit: string | null = null;
  private segment = 0;
  private taken = 0;
  private started = false;
  private readonly asked = new Map<string, number>();

  constructor(private readonly schedule: Schedule) {}

  nextExecution(): boolean {
    if (this.started) return false;
    this.started = true;
    return true;
  }

  nextThread(point: SchedulePoint): number {
    const id = this.scheduled(point);
    return id ?? defaultThread(point);
  }

  nextChoice(name: string, alternatives: number, thread: KThread): number {
    const key = `${thread.name} ${name}`;
    const occurrence = this.asked.get(key) ?? 0;
    this.asked.set(key, occurrence + 1);
    for (const choice of this.schedule.choices) {
      if (choice.name === name && choice.thread === thread.name && choice.occurrence === occurrence) {
        return choice.value < alternatives ? choice.value : 0;
      }
    }
    return 0;
  }

  private scheduled(point: SchedulePoint): number | null {
    const segments = this.schedule.segments;
    while (this.segment < segments.length) {
      const segment = segments[this.segment]!;
      for (let i = 0; i < point.count; i++) {
        const id = point.enabled[i]!;
        if (point.machine.threads[id]!.name !== segment.thread) continue;
        this.count();
        return id;
      }
      const known = point.machine.threads.some((thread) => thread.name === segment.thread);
      this.misfit ??= known
        ? `${segment.thread} cannot step where the schedule says so`
        : `there is no thread ${segment.thread}`;
      this.segment++;
      this.taken = 0;
    }
    return null;
  }

  private count(): void {
    const segment = this.schedule.segments[this.segment]!;
    if (++this.taken === segment.steps) {
      this.segment++;
      this.taken = 0;
    }
  }
}
