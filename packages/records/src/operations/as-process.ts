import type { Op } from '@movable-pages/core';
import { textOf } from '../arguments.js';
import { NotBuilt } from '../not-built.js';
import type { Operation } from '../operations.js';
import { observeProcesses } from '../process/observe.js';
import type { Process, Region } from '../process/process.js';
import type { RecordOp } from '../record.js';
import type { World } from '../world.js';
import { outcome } from './outcome.js';

/** Runs an operation of a process and looks where the pages of all processes are. */
export function asProcess(body: (process: Process, op: RecordOp, world: World) => Op<number>): Operation {
  return (world, op) => {
    const process = world.process(op.by);
    const ret = world.run(() => body(process, op, world));
    return { ...outcome(ret), ...observeProcesses(world.processes.values()) };
  };
}

/** The region that an operation is about. */
export function regionOf(process: Process, op: RecordOp): Region {
  const region = process.regions.get(textOf(op, 'region'));
  if (region === undefined) throw new NotBuilt(`${op.op} of a region that is not mapped`);
  return region;
}
