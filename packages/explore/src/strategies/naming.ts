import type { KThread, Machine } from '@movable-pages/machine';
import { OperationCounts, operationName } from '../operation-names.js';
import type { Segment, SwitchPoint } from '../schedule.js';
import { ABANDON, type SchedulePoint, type Strategy } from '../strategy.js';

interface Stretch {
  readonly thread: KThread;
  steps: number;
  until?: SwitchPoint | 'end';
}

/** Does what another strategy says, for one execution, and names the points at which threads were left. @since 0.1.0 */
export class Naming implements Strategy {
  readonly name: string;
  private readonly counts = new OperationCounts();
  private readonly stretches: Stretch[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly inner: Strategy,
  ) {
    this.name = inner.name;
  }

  /** The segments of the execution, each but the last with the point at which it ended. */
  get segments(): Segment[] {
    return this.stretches.map(({ thread, ...stretch }) => ({ thread: thread.name, ...stretch }));
  }

  nextExecution(): boolean {
    return this.inner.nextExecution();
  }

  nextThread(point: SchedulePoint): number {
    const id = this.inner.nextThread(point);
    if (id === ABANDON) return id;
    const thread = this.machine.threads[id]!;
    const last = this.stretches[this.stretches.length - 1];
    if (last?.thread === thread) {
      last.steps++;
      return id;
    }
    if (last !== undefined) last.until = this.leftAt(last.thread);
    this.stretches.push({ thread, steps: 1 });
    return id;
  }

  nextChoice(name: string, alternatives: number, thread: KThread): number {
    return this.inner.nextChoice(name, alternatives, thread);
  }

  stepped(thread: KThread, result: unknown): void {
    this.inner.stepped?.(thread, result);
    this.counts.note(this.machine, thread);
  }

  ended(): void {
    this.inner.ended?.();
  }

  private leftAt(thread: KThread): SwitchPoint | 'end' {
    if (thread.finished) return 'end';
    const operation = operationName(this.machine, thread);
    return { operation, occurrence: this.counts.of(thread.name, operation) };
  }
}
