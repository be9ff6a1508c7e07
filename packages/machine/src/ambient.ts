import { MachineError } from './errors.js';
import type { Machine } from './machine.js';

/** One slot for all copies of this package in a process. */
interface AmbientSlot {
  current: Machine | null;
}

const KEY = Symbol.for('movable-pages.machine');
const globals = globalThis as unknown as Record<symbol, AmbientSlot | undefined>;
const slot: AmbientSlot = (globals[KEY] ??= { current: null });

/**
 * The machine that is being constructed or run.
 *
 * @throws MachineError `MP_NO_MACHINE` outside both.
 * @since 0.1.0
 */
export function ambientMachine(): Machine {
  const machine = slot.current;
  if (machine === null) {
    throw new MachineError(
      'MP_NO_MACHINE',
      'no machine is being built or run here: make locks, shared() state and the like in the constructor of a driver ' +
        '(or in create()), never at the top level of a module and never after an await',
    );
  }
  return machine;
}

/** Makes `machine` the ambient one while `body` runs. */
export function withAmbient<T>(machine: Machine, body: () => T): T {
  const before = slot.current;
  slot.current = machine;
  try {
    return body();
  } finally {
    slot.current = before;
  }
}
