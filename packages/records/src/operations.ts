import { compactAllNodes, compactOneNode } from './operations/compaction.js';
import {
  adviseMemory,
  dropEveryOther,
  exitProcess,
  forkProcess,
  lockMemory,
  mapMemory,
  protectMemory,
  touch,
  unlockMemory,
  unmapMemory,
  verify,
  verifyKept,
} from './operations/memory.js';
import { mvdrv } from './operations/mvdrv.js';
import { pinPages, unpinPages } from './operations/pins.js';
import type { RecordOp, RecordResult } from './record.js';
import type { World } from './world.js';

/**
 * Carries out an operation of a record; gives what its result has to say beside counters, calls and changes of frames.
 *
 * @throws NotBuilt if it needs what there is not.
 */
export type Operation = (world: World, op: RecordOp) => RecordResult;

/** What there is for each operation that records may ask for. One that is missing here is not built. */
export const operations: Readonly<Record<string, Operation>> = {
  compact_memory: compactAllNodes,
  compact_node: compactOneNode,
  dontneed_every_other: dropEveryOther(1),
  dontneed_every_other_64: dropEveryOther(64),
  exit: exitProcess,
  fork: forkProcess,
  madvise: adviseMemory,
  mlock: lockMemory,
  mmap: mapMemory,
  mprotect: protectMemory,
  munlock: unlockMemory,
  munmap: unmapMemory,
  mvdrv,
  pin: pinPages,
  touch,
  unpin: unpinPages,
  verify,
  verify_kept: verifyKept,
};
