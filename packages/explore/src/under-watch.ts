import { withAmbient } from '@movable-pages/machine';
import { withHostTraps } from './detectors/host-traps.js';
import type { Program } from './execution.js';

/** Runs `body` with the machine of a program as the ambient one, and its threads kept from asking the host. */
export function underWatch<T>(program: Program, body: () => T): T {
  const { machine } = program;
  return withAmbient(machine, () => (program.hostTraps === false ? body() : withHostTraps(machine, body)));
}
