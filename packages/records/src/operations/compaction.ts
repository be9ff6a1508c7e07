import { compactMemory, compactNode } from '@movable-pages/core';
import { numberOf } from '../arguments.js';
import type { Operation } from '../operations.js';

const NOTHING_SEEN = { ret: 0, loc: {}, numa_maps: {} };

/** A write to `/sys/devices/system/node/nodeN/compact`. */
export const compactOneNode: Operation = (world, op) => {
  world.run(() => compactNode(world.kernel, numberOf(op, 'node')));
  return NOTHING_SEEN;
};

/** A write to `/proc/sys/vm/compact_memory`. */
export const compactAllNodes: Operation = (world) => {
  world.run(() => compactMemory(world.kernel));
  return NOTHING_SEEN;
};
