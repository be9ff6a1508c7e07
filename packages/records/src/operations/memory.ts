import {
  Errno,
  exitMm,
  fork,
  madviseDontNeed,
  mlock,
  mmap,
  mprotect,
  munlock,
  munmap,
  userRead,
  VmFlag,
  type Mm,
  type Op,
} from '@movable-pages/core';
import { numberOf, textOf } from '../arguments.js';
import { NotBuilt } from '../not-built.js';
import type { Operation } from '../operations.js';
import { writePage, wrongPages } from '../process/pattern.js';
import { Process } from '../process/process.js';
import type { RecordOp, RecordResult } from '../record.js';
import { asProcess, regionOf } from './as-process.js';

/** New memory. */
export const mapMemory = asProcess(function* (process, op) {
  if (op.kind !== 'anon') throw new NotBuilt(`mmap of ${textOf(op, 'kind')}`);
  const start = Process.startOf(textOf(op, 'region'));
  const pages = numberOf(op, 'pages');
  const ret = yield* mmap(process.mm, { start, pages });
  if (ret >= 0) process.regions.set(textOf(op, 'region'), { start, pages, written: new Set() });
  return Math.min(ret, 0);
});

/** Reads or writes pages one after the other, under a policy that binds to one node. */
export const touch = asProcess(function* (process, op, world) {
  const region = regionOf(process, op);
  const first = numberOf(op, 'page');
  process.mm.homeNode = op.node === undefined ? world.harnessNode : numberOf(op, 'node');
  let ok = true;
  for (let page = first; page < first + numberOf(op, 'count') && ok; page++) {
    ok =
      op.write === true
        ? yield* writePage(process, region, page)
        : (yield* userRead(process.mm, region.start + page, 0)) !== null;
  }
  process.mm.homeNode = world.harnessNode;
  return ok ? 0 : -Errno.EFAULT;
});

/** An operation on some pages of a region. */
function onRange(body: (mm: Mm, start: number, pages: number, op: RecordOp) => Op<number | void>): Operation {
  return asProcess(function* (process, op) {
    const start = regionOf(process, op).start + numberOf(op, 'page');
    return (yield* body(process.mm, start, numberOf(op, 'count'), op)) ?? 0;
  });
}

/** The same on pages that lose their contents. */
function onLostRange(body: (mm: Mm, start: number, pages: number, op: RecordOp) => Op<number>): Operation {
  return asProcess(function* (process, op) {
    const region = regionOf(process, op);
    const page = numberOf(op, 'page');
    const count = numberOf(op, 'count');
    const rc = yield* body(process.mm, region.start + page, count, op);
    if (rc === 0) for (let at = page; at < page + count; at++) region.written.delete(at);
    return rc;
  });
}

/** Takes pages out of the address space. */
export const unmapMemory = onLostRange((mm, start, pages) => munmap(mm, start, pages));

/** Gives advice on pages: to let go of them. */
export const adviseMemory = onLostRange(function* (mm, start, pages, op) {
  const advice = textOf(op, 'advice');
  if (advice !== 'DONTNEED') throw new NotBuilt(`madvise ${advice}`);
  yield* madviseDontNeed(mm, start, pages);
  return 0;
});

/** Locks pages in memory. */
export const lockMemory = onRange((mm, start, pages) => mlock(mm, start, pages));

/** Unlocks them. */
export const unlockMemory = onRange((mm, start, pages) => munlock(mm, start, pages));

/** Changes what may be done with pages. */
export const protectMemory = onRange((mm, start, pages, op) => {
  const allowed = textOf(op, 'prot').split('|');
  const access =
    (allowed.includes('READ') ? VmFlag.read : 0) | (allowed.includes('WRITE') ? VmFlag.write : 0);
  return mprotect(mm, start, pages, access);
});

/** Makes a child. */
export const forkProcess = asProcess(function* (process, op, world) {
  const name = textOf(op, 'child');
  const mm = yield* fork(process.mm, name);
  if (mm === null) return -Errno.ENOMEM;
  const child = new Process(name, mm);
  for (const [letter, region] of process.regions)
    child.regions.set(letter, { ...region, written: new Set(region.written) });
  world.processes.set(name, child);
  return 0;
});

/** Ends a process. */
export const exitProcess = asProcess(function* (process, _op, world) {
  world.processes.delete(process.name);
  yield* exitMm(process.mm);
  return 0;
});

/** Counts pages with wrong contents. */
export const verify = asProcess(allWrongPages);

function* allWrongPages(process: Process): Op<number> {
  let wrong = 0;
  for (const region of process.regions.values()) wrong += yield* wrongPages(process, region);
  return wrong;
}

/** Lets go of every other run of so many pages. */
export function dropEveryOther(run: number): Operation {
  return (world, op): RecordResult => {
    const process = world.process(op.by);
    const region = regionOf(process, op);
    world.run(function* () {
      for (let page = run; page < region.pages; page += 2 * run) {
        yield* madviseDontNeed(process.mm, region.start + page, run);
        for (let at = page; at < page + run; at++) region.written.delete(at);
      }
    });
    return { ret: 0, loc: {}, numa_maps: {} };
  };
}

/** Counts pages with wrong contents among those that were kept, and looks no further. */
export const verifyKept: Operation = (world, op) => {
  const process = world.process(op.by);
  return { ret: world.run(() => allWrongPages(process)), loc: {}, numa_maps: {} };
};
