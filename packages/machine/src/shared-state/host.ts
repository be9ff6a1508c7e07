import type { MachineError } from '../errors.js';

/**
 * What tracked state needs from the machine. The machine implements it; tests implement it in ten lines.
 *
 * @since 0.1.0
 */
export interface SharedHost {
  /** True once construction is over: executions run now, accesses are recorded and undone. */
  readonly sealed: boolean;
  /** False under the direct executor: `shared()` hands out the raw object and nothing is recorded. */
  readonly tracked: boolean;
  /**
   * Reserves `n` consecutive location numbers and returns the first. The machine rolls the counter back at reset, so
   * every execution numbers the objects it makes alike.
   */
  reserveLocations(n: number): number;
  /**
   * A plain (non-scheduling) access to a tracked location. Called before a write takes effect. It is called
   * whenever the host is sealed, also while no thread runs (a test looks at the state): the host ignores those.
   */
  access(location: number, write: boolean): void;
  /** Records a misuse, then throws it: authors catch, a recorded finding stays. */
  misuse(error: MachineError): never;
  /** The name of the running thread, or null during construction. */
  currentThreadName(): string | null;
  /** The stack of the running code while the host captures sites, otherwise undefined. */
  site?(): string | undefined;
}
