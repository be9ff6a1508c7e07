import { MayBlock, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { SHRINK_STOP, type Shrinker } from './shrinker.js';

/** Objects that a shrinker is asked for at a time. */
const BATCH = 128;

/** How much effort a usual object takes to make again, against a page. */
const SEEKS = 2;

/**
 * Asks every shrinker for its share: the more urgent, the larger. Gives how many objects they gave up. May sleep as they do.
 *
 * @param priority From 12 (hardly) to 0 (everything).
 * @kernel mm/vmscan.c shrink_slab
 */
export function* shrinkSlab(
  kernel: Kernel,
  shrinkers: readonly Shrinker[],
  node: number,
  priority: number,
): Op<number> {
  let freed = 0;
  for (const shrinker of shrinkers) freed += yield* shrinkOne(kernel, shrinker, node, priority);
  return freed;
}

/** @kernel mm/vmscan.c do_shrink_slab */
function* shrinkOne(kernel: Kernel, shrinker: Shrinker, node: number, priority: number): Op<number> {
  const { machine, vmstat } = kernel;
  machine.enterScope('driver', `${shrinker.name}.countObjects`, MayBlock.yes);
  const freeable = yield* shrinker.countObjects(node);
  machine.leaveScope();
  if (freeable <= 0) return 0;
  let left = Math.min(freeable, Math.max(1, Math.floor((freeable / 2 ** priority) * (4 / SEEKS))));
  let freed = 0;
  while (left > 0) {
    const asked = Math.min(BATCH, left);
    machine.enterScope('driver', `${shrinker.name}.scanObjects`, MayBlock.yes);
    const given = yield* shrinker.scanObjects(node, asked);
    machine.leaveScope();
    if (given === SHRINK_STOP) break;
    freed += given;
    left -= asked;
    vmstat.add('slabs_scanned', asked);
  }
  return freed;
}
