import type { KThread } from '@movable-pages/machine';
import { blocked, choiceGone, endedEarly, threadGone, type Misfit } from '../misfit.js';
import { OperationCounts, operationName } from '../operation-names.js';
import type { Choice, Schedule, Segment } from '../schedule.js';
import { defaultThread, type SchedulePoint, type Strategy } from '../strategy.js';

/**
 * Follows one schedule, once. A thread is left at the named point of its segment, or after so many steps if there is no
 * name. Where the schedule does not fit the program, {@link Replay.misfits} says why and the rest is followed as far as
 * it goes; then threads run by default.
 *
 * @since 0.1.0
 */
export class Replay implements Strategy {
  readonly name = 'replay';
  /** Where the schedule does not fit, in order. */
  readonly misfits: Misfit[] = [];
  /** The segment whose thread ended without coming to its point, or null: everything after it is another schedule. */
  overran: number | null = null;
  /** For each segment that was counted to its end: the operation at which its thread was left, if it had not ended. */
  readonly leftAt = new Map<number, string>();
  /** Segments that came to their point after another number of steps than when they were recorded. */
  readonly shifted: number[] = [];
  private segment = 0;
  private taken = 0;
  private started = false;
  private readonly counts = new OperationCounts();
  private readonly named: ReadonlySet<string>;
  private readonly asked = new Map<string, number>();
  private readonly answered = new Set<Choice>();

  constructor(private readonly schedule: Schedule) {
    this.named = new Set(
      schedule.segments.filter((segment) => typeof segment.until === 'object').map(({ thread }) => thread),
    );
  }

  /** Whether everything that the schedule says was done; false if the execution ended before. */
  get finished(): boolean {
    return this.segment >= this.schedule.segments.length - 1;
  }

  /** How often a thread did an operation of that name. Counted for threads that are left at named points. */
  countOf(thread: string, operation: string): number {
    return this.counts.of(thread, operation);
  }

  nextExecution(): boolean {
    if (this.started) return false;
    this.started = true;
    return true;
  }

  nextThread(point: SchedulePoint): number {
    return this.scheduled(point) ?? defaultThread(point);
  }

  nextChoice(name: string, alternatives: number, thread: KThread): number {
    if (this.schedule.choices.length === 0) return 0;
    const key = `${thread.name} ${name}`;
    const occurrence = this.asked.get(key) ?? 0;
    this.asked.set(key, occurrence + 1);
    for (const choice of this.schedule.choices) {
      if (choice.name !== name || choice.thread !== thread.name || choice.occurrence !== occurrence) continue;
      if (choice.value >= alternatives) return 0;
      this.answered.add(choice);
      return choice.value;
    }
    return 0;
  }

  stepped(thread: KThread): void {
    const { machine } = this;
    if (machine !== null && this.named.has(thread.name)) this.counts.note(machine, thread);
  }

  /** Answers that were never asked for are misfits, if the execution came so far that they should have been. */
  ended(): void {
    if (!this.finished) return;
    for (const choice of this.schedule.choices)
      if (!this.answered.has(choice)) this.misfits.push(choiceGone(this.schedule.segments.length, choice));
  }

  private machine: SchedulePoint['machine'] | null = null;

  private scheduled(point: SchedulePoint): number | null {
    this.machine = point.machine;
    const { segments } = this.schedule;
    for (; this.segment < segments.length; this.segment++, this.taken = 0) {
      const segment = segments[this.segment]!;
      const thread = point.machine.threads.find((each) => each.name === segment.thread);
      if (thread === undefined) this.misfits.push(threadGone(this.segment, segment.thread));
      else if (!this.isOver(segment, thread)) {
        if ((point.enabledMask & (1 << thread.id)) !== 0) {
          this.taken++;
          return thread.id;
        }
        this.cannotStep(segment, thread);
      }
    }
    return null;
  }

  private isOver(segment: Segment, thread: KThread): boolean {
    const { until, steps } = segment;
    if (until === 'end') return thread.finished;
    if (until === undefined) {
      if (steps < 0 || this.taken < steps) return false;
      if (!thread.finished) this.leftAt.set(this.segment, operationName(this.machine!, thread));
      return true;
    }
    const done = this.counts.of(thread.name, until.operation);
    const isThere =
      done > until.occurrence ||
      (done === until.occurrence &&
        !thread.finished &&
        operationName(this.machine!, thread) === until.operation);
    if (isThere && this.taken !== steps) this.shifted.push(this.segment);
    return isThere;
  }

  private cannotStep(segment: Segment, thread: KThread): void {
    if (segment.steps < 0 && this.taken > 0) return;
    if (!thread.finished) {
      this.misfits.push(blocked(this.segment, segment, operationName(this.machine!, thread)));
    } else if (segment.until !== undefined) {
      this.overran ??= this.segment;
    } else if (this.segment < this.schedule.segments.length - 1) {
      this.misfits.push(endedEarly(this.segment, segment, this.taken));
    }
  }
}
