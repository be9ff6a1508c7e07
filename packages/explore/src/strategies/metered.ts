import type { KThread } from '@movable-pages/machine';
import { switchCost, type SchedulePoint, type Strategy } from '../strategy.js';

/**
 * Counts what another strategy decides: a decorator, and the pattern for others.
 *
 * @since 0.1.0
 */
export class Metered implements Strategy {
  executions = 0;
  /** Times that it was asked who steps, and of these, times that it had a choice. */
  decisions = 0;
  contested = 0;
  /** Preemptions, and time-outs that nobody had to wait for. */
  preemptions = 0;
  /** Named choices that it answered other than 0. */
  faults = 0;

  constructor(private readonly inner: Strategy) {}

  get name(): string {
    return this.inner.name;
  }

  nextExecution(): boolean {
    const more = this.inner.nextExecution();
    if (more) this.executions++;
    return more;
  }

  nextThread(point: SchedulePoint): number {
    this.decisions++;
    if (point.count > 1) this.contested++;
    const id = this.inner.nextThread(point);
    if (id >= 0) this.preemptions += switchCost(point, id);
    return id;
  }

  nextChoice(name: string, alternatives: number, thread: KThread): number {
    const answer = this.inner.nextChoice(name, alternatives, thread);
    if (answer !== 0) this.faults++;
    return answer;
  }

  stepped(thread: KThread, result: unknown): void {
    this.inner.stepped?.(thread, result);
  }

  ended(): void {
    this.inner.ended?.();
  }
}
