import type { MachineError } from './errors.js';
import type { Lock } from './locks/lock.js';
import type { KThread } from './threads/kthread.js';
import type { Scope } from './threads/scope.js';

/**
 * What a detector, a recorder or a rule sees of an execution. A machine has at most one observer; compose several into
 * one. Never called under the direct executor, except for {@link MachineObserver.misuse}.
 *
 * @since 0.1.0
 */
export interface MachineObserver {
  /** An operation was applied; `thread` still describes it. `result` is what the thread will see. */
  step(thread: KThread, result: unknown): void;
  /** A plain access to a tracked location. */
  access(thread: KThread, location: number, write: boolean): void;
  /** The plain accesses since the thread's last operation, on `location`, belong to that operation. */
  publish?(thread: KThread, location: number): void;
  /** A thread enters a scope: somebody else's code runs in it from here on. */
  scopeEnter(thread: KThread, scope: Scope): void;
  /** A thread leaves its innermost scope. */
  scopeLeave(thread: KThread, scope: Scope): void;
  /** A reference to the object at `location` was taken (+1) or dropped (-1) by `party`, who now holds `held`. */
  reference(thread: KThread, location: number, party: string, delta: number, held: number): void;
  /** The running code is about to take a lock, waiting if it must, whether or not it will have to. */
  lockWanted?(thread: KThread, lock: Lock, lockClass: string): void;
  /** A misuse is about to be thrown. Recorded first, because authors catch. */
  misuse(error: MachineError, thread: KThread | null): void;
}
