import { MachineError } from '../errors.js';
import type { SharedHost } from './host.js';
import type { SharedSpace } from './space.js';

/** A machine as `shared()` sees it: a host that also holds the space. */
export type AmbientHost = SharedHost & { readonly space: SharedSpace };

const SLOT = Symbol.for('movable-pages.machine');

/**
 * The machine that runs right now.
 *
 * @throws {MachineError} `MP_NO_MACHINE` outside construction and steps: at module level, after an `await`, in a timer
 */
export function ambientHost(caller: string): AmbientHost {
  const slot = (globalThis as { [SLOT]?: { readonly current: AmbientHost | null } })[SLOT];
  const machine = slot?.current;
  if (machine === null || machine === undefined) {
    throw new MachineError(
      'MP_NO_MACHINE',
      `${caller} was called while no machine runs. Call it in the driver's constructor or inside an operation: not at ` +
        `module level, not after an await, not in a timer.`,
      { subject: caller },
    );
  }
  return machine;
}
