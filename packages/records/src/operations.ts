import { errnoName } from '@movable-pages/core';
import { runCommand } from './mvdrv/commands.js';
import { observeMvdrv } from './mvdrv/observe.js';
import type { RecordOp, RecordResult } from './record.js';
import type { World } from './world.js';

/** Carries out an operation of a record; gives what its result has to say beside counters and calls. */
export type Operation = (world: World, op: RecordOp) => RecordResult;

/** What there is for each operation that records may ask for. One that is missing here is not built. */
export const operations: Readonly<Record<string, Operation>> = {
  mvdrv,
};

/** A return value as a system call gives it: -1 and the error's name. */
function outcome(ret: number): RecordResult {
  return ret < 0 ? { ret: -1, errno: errnoName(ret).slice(1) } : { ret };
}

function mvdrv(world: World, op: RecordOp): RecordResult {
  const ret = world.run(() => runCommand(world.mvdrv, String(op.command)));
  const state = world.run(() => observeMvdrv(world.mvdrv));
  return { ...outcome(ret), loc: {}, numa_maps: {}, log: [...world.mvdrv.log], ...state };
}
