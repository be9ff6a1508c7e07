import type { Machine } from '@movable-pages/machine';
import type { Monitor } from './monitor.js';

/** What is explored: a sealed machine and whoever judges it. @since 0.1.0 */
export interface Program {
  readonly machine: Machine;
  readonly monitors: readonly Monitor[];
  /** Whether plain accesses are checked for races. Default true. */
  readonly races?: boolean;
  /** Whether the order of locks is judged over all executions. Default true. */
  readonly lockOrder?: boolean;
  /**
   * Whether it is noted which locks are held with interrupts on. Default: if a thread is an interrupt handler. True where
   * the handler is in another program whose {@link ExploreResult.lockFacts} are judged with those of this one.
   */
  readonly interrupts?: boolean;
  /** Whether threads are kept from asking the host for time and chance. Default true. */
  readonly hostTraps?: boolean;
  /** Whether references are judged by who holds them (`Machine.noteReference`). Default false. */
  readonly references?: boolean;
  /** Whether what is made and lost is reported at the end of an execution. Default false. */
  readonly leaks?: boolean;
  /** Whether threads that wait for each other are reported at once, though others can run. Default true. */
  readonly partialDeadlocks?: boolean;
  /** What distinguishes two endings. Default: the whole state of the machine. */
  readonly ending?: () => string;
}
