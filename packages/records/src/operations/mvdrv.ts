import { textOf } from '../arguments.js';
import { runCommand } from '../mvdrv/commands.js';
import { observeMvdrv } from '../mvdrv/observe.js';
import type { Operation } from '../operations.js';
import { outcome } from './outcome.js';

/** A command for the toy driver. */
export const mvdrv: Operation = (world, op) => {
  const ret = world.run(() => runCommand(world.mvdrv, textOf(op, 'command')));
  const state = world.run(() => observeMvdrv(world.mvdrv));
  return { ...outcome(ret), loc: {}, numa_maps: {}, log: [...world.mvdrv.log], ...state };
};
