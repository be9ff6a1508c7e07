import type { KThread, MachineError, MachineObserver, Scope } from '@movable-pages/machine';
import type { Violation } from './violation.js';

/** Where a monitor sends what it finds. The execution stops after the step that reported. @since 0.1.0 */
export interface ViolationSink {
  /** Records a violation; the first one of an execution counts. */
  report(violation: Violation): void;
}

/**
 * How an execution ended: of itself, with a violation, or given up half-way because all that could still come of it is seen
 * in other executions.
 *
 * @since 0.1.0
 */
export type ExecutionEnd = 'complete' | 'violation' | 'abandoned';

/**
 * Watches executions and judges them. Override what is of interest; state of its own must be reset in
 * {@link Monitor.begin}.
 *
 * @since 0.1.0
 */
export abstract class Monitor implements MachineObserver {
  /** An execution begins. Reset what belongs to the last one. */
  begin(_sink: ViolationSink): void {}
  /** Every thread that must end has ended and the rest is asleep: time to look for what is lost. */
  quiesce(_sink: ViolationSink): void {}
  /** The execution is over, whatever way. */
  end(_end: ExecutionEnd): void {}
  step(_thread: KThread, _result: unknown): void {}
  access(_thread: KThread, _location: number, _write: boolean): void {}
  /** A thread enters a callback, a user operation or the like. */
  scopeEnter(_thread: KThread, _scope: Scope): void {}
  /** A thread leaves it. */
  scopeLeave(_thread: KThread, _scope: Scope): void {}
  reference(_thread: KThread, _location: number, _party: string, _delta: number, _held: number): void {}
  misuse(_error: MachineError, _thread: KThread | null): void {}
}
