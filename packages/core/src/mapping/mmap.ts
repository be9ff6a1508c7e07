import { MayBlock, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import type { AddressSpace } from './address-space.js';
import { checkRange } from './check-range.js';
import type { Mm } from './mm.js';
import { createSharedMemory } from './shared-memory.js';
import { VmFlag } from './vm-flag.js';
import type { Vma } from './vma.js';

/** What {@link mmap} is asked for. @since 0.1.0 */
export interface MmapOptions {
  readonly pages: number;
  /** First page. Default: after the last area. */
  readonly start?: number;
  /** Default true. */
  readonly write?: boolean;
  /** Memory that children share. Default false. */
  readonly shared?: boolean;
  /** The object that is mapped, for shared memory of several processes. Default: a new one. */
  readonly object?: AddressSpace;
}

/** First page of the first area of a process. */
const FIRST_PAGE = 0x10;

/**
 * Gives a process an area of anonymous memory. May sleep.
 *
 * @kernel mm/mmap.c do_mmap
 * @returns The first page, or `-EINVAL` (no pages), `-EEXIST` (the range is in use).
 * @throws MachineError `MP_PARAMETER`: numbers that are no range.
 * @since 0.1.0
 */
export function* mmap(mm: Mm, options: MmapOptions): Op<number> {
  if (options.pages <= 0) return -Errno.EINVAL;
  checkRange(mm, options.start ?? 0, options.pages);
  const { machine, mms } = mm.kernel;
  machine.enterScope('vm', 'mmap', MayBlock.yes);
  yield* mm.mmapLock.writeAcquire();
  const start = options.start ?? mm.vmas.at(-1)?.end ?? FIRST_PAGE;
  const end = start + options.pages;
  const free = mm.vmas.every((vma) => vma.end <= start || vma.start >= end);
  if (free) {
    const shared = options.shared === true || options.object !== undefined;
    const object = shared ? (options.object ?? createSharedMemory(mm.kernel, options.pages)) : null;
    const flags = VmFlag.read | (options.write === false ? 0 : VmFlag.write) | (shared ? VmFlag.shared : 0);
    const vma = mms.createVma(mm, start, end, object === null ? start : 0, flags, object);
    if (object !== null) yield* linkObject(object, vma);
    mm.insert(vma);
  }
  yield* mm.mmapLock.writeRelease();
  machine.leaveScope();
  return free ? start : -Errno.EEXIST;
}

/** Adds an area to those that map an object. May sleep. */
export function* linkObject(object: AddressSpace, vma: Vma): Op<void> {
  yield* object.areasLock.writeAcquire();
  object.link(vma);
  yield* object.areasLock.writeRelease();
}
