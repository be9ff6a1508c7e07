import {
  allocContigRange,
  Errno,
  freeContigRange,
  isolateMovablePage,
  MigrateMode,
  PageFlag,
  type Op,
  type Page,
} from '@movable-pages/core';
import type { ConsolePage, MvdrvConsole } from './console.js';
import { returned } from './log.js';
import { migrateList, putback } from './migrate-list.js';
import { allocBlock } from './page-block.js';
import { writePattern } from './pattern.js';

/** Carries out a command with its numbers. */
interface Command {
  readonly arity: number;
  readonly run: (mvdrv: MvdrvConsole, ...args: number[]) => Op<number>;
}

/** The commands by name. */
const COMMANDS: Readonly<Record<string, Command>> = {
  alloc: { arity: 2, run: alloc },
  iso: { arity: 2, run: iso },
  mig: { arity: 3, run: mig },
  contig: { arity: 0, run: contig },
  list: { arity: 2, run: list },
  isomig: { arity: 3, run: isomig },
  isohold: { arity: 1, run: isohold },
  migheld: { arity: 2, run: migheld },
  putback: { arity: 0, run: putbackHeld },
  unreg: { arity: 1, run: unreg },
  reg: { arity: 1, run: reg },
  plain: { arity: 1, run: plain },
  release: { arity: 1, run: release },
  hold: { arity: 1, run: hold },
  drop: { arity: 1, run: drop },
  lock: { arity: 1, run: lock },
  unlock: { arity: 1, run: unlock },
  free: { arity: 0, run: free },
};

/**
 * Carries out one command, `NAME NUMBER..`, and logs afresh what it did.
 *
 * @returns 0; or, with nothing changed, `-EINVAL` (no such command, page or state), `-EDEADLK` (it would sleep for ever
 *   on a page lock), `-EBUSY` (`alloc` while there are pages), `-ENOMEM`.
 */
export function* runCommand(mvdrv: MvdrvConsole, text: string): Op<number> {
  mvdrv.log.length = 0;
  const [name = '', ...words] = text.trim().split(/\s+/);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : null;
  const args = words.map(Number);
  if (command?.arity !== args.length || !args.every(Number.isInteger)) return -Errno.EINVAL;
  const ret = yield* command.run(mvdrv, ...args);
  for (const freed of mvdrv.takeFreed()) mvdrv.log.push({ event: 'released_page_freed', ...freed });
  return ret;
}

/** Cuts `count` pages from a page block of a node and makes them movable. */
function* alloc(mvdrv: MvdrvConsole, node: number, count: number): Op<number> {
  const { driver, held, kernel, pages, range } = mvdrv;
  // A hold may be all that is left of a page.
  if (range.inUse || held.length > 0 || pages.some(({ holds }) => holds > 0)) return -Errno.EBUSY;
  if (node < 0 || node >= kernel.memory.nodes.length || count < 1 || count > kernel.memory.blocks!.pages)
    return -Errno.EINVAL;
  const frames = yield* allocBlock(kernel, node, count);
  if (frames === null) return -Errno.ENOMEM;
  Object.assign(range, { start: frames[0]!.pfn, count, inUse: true });
  pages.length = 0;
  for (const [number, frame] of frames.entries()) {
    pages.push({ firstPfn: frame.pfn, frame, owned: true, holds: 0, heldFrame: null });
    writePattern(frame, number);
    yield* driver.own(number, frame);
  }
  return 0;
}

/** Has the driver accept or refuse to have a page isolated. */
function* iso(mvdrv: MvdrvConsole, number: number, accepts: number): Op<number> {
  if (ownedPage(mvdrv, number) === null) return -Errno.EINVAL;
  yield* mvdrv.driver.setAccepts(number, accepts !== 0);
  return 0;
}

/** Has the driver answer a number of migrations of a page with an error. */
function* mig(mvdrv: MvdrvConsole, number: number, error: number, times: number): Op<number> {
  if (ownedPage(mvdrv, number) === null || error > 0 || times < -1) return -Errno.EINVAL;
  yield* mvdrv.driver.setError(number, error, times);
  return 0;
}

/** Has the frames that the pages were cut from made free, wherever the pages are by now, and frees them. */
function* contig({ kernel, log, range }: MvdrvConsole): Op<number> {
  if (range.count === 0) return -Errno.EINVAL;
  const end = range.start + range.count;
  const ret = yield* allocContigRange(kernel, range.start, end);
  log.push({ event: 'alloc_contig_range_returned', ret: returned(ret) });
  if (ret === 0) yield* freeContigRange(kernel, range.start, end);
  return 0;
}

/** Isolates a page and logs what came of it. */
function* isolate(mvdrv: MvdrvConsole, number: number, frame: Page): Op<boolean> {
  const ret = yield* isolateMovablePage(frame, 0);
  mvdrv.log.push({ event: 'isolate_movable_page_returned', page: number, ret: returned(ret) });
  return ret === 0;
}

/** Isolates every page, migrates them to a node and gives back what was left. */
function* list(mvdrv: MvdrvConsole, mode: number, node: number): Op<number> {
  if (!isMode(mode)) return -Errno.EINVAL;
  const isolated = mvdrv.kernel.lists.create('mvdrv.isolated', 'vm');
  for (const [number, { owned, frame }] of mvdrv.pages.entries())
    if (owned && (yield* isolate(mvdrv, number, frame!))) isolated.addTail(frame!);
  if ((yield* migrateList(mvdrv, isolated, mode, node)) !== 0) yield* putback(mvdrv, isolated);
  isolated.dispose();
  return 0;
}

/** As `list`, with one page. */
function* isomig(mvdrv: MvdrvConsole, number: number, mode: number, node: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null || !isMode(mode)) return -Errno.EINVAL;
  const frame = page.frame!;
  if (!(yield* isolate(mvdrv, number, frame))) return 0;
  const isolated = mvdrv.kernel.lists.create('mvdrv.isolated', 'vm');
  isolated.addTail(frame);
  if ((yield* migrateList(mvdrv, isolated, mode, node)) !== 0) yield* putback(mvdrv, isolated);
  isolated.dispose();
  return 0;
}

/** Isolates a page, also one that was released but is alive, and keeps it so. */
function* isohold(mvdrv: MvdrvConsole, number: number): Op<number> {
  const frame = mvdrv.pages[number]?.frame ?? null;
  if (frame === null) return -Errno.EINVAL;
  if (yield* isolate(mvdrv, number, frame)) mvdrv.held.addTail(frame);
  return 0;
}

/** Migrates the held list to a node; what is left stays isolated. */
function* migheld(mvdrv: MvdrvConsole, mode: number, node: number): Op<number> {
  if (!isMode(mode)) return -Errno.EINVAL;
  if (mode !== MigrateMode.async && mvdrv.held.peek().some(isLocked)) return -Errno.EDEADLK;
  yield* migrateList(mvdrv, mvdrv.held, mode, node);
  return 0;
}

/** Gives the held list back. */
function* putbackHeld(mvdrv: MvdrvConsole): Op<number> {
  if (mvdrv.held.peek().some(isLocked)) return -Errno.EDEADLK;
  yield* putback(mvdrv, mvdrv.held);
  return 0;
}

/** Takes the operations off a page; the tag stays. */
function* unreg(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  return (yield* mvdrv.driver.unregister(number)) ? 0 : -Errno.EINVAL;
}

/** Gives a page its operations again. */
function* reg(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  yield* mvdrv.driver.register(number);
  return 0;
}

/** Makes an ordinary page of one that is not isolated. */
function* plain(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null || (page.frame!.peekFlags() & PageFlag.isolated) !== 0) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  yield* mvdrv.driver.makePlain(number);
  return 0;
}

/** Has the driver give a page up, isolated or not. */
function* release(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  page.owned = false;
  yield* mvdrv.driver.disown(number);
  return 0;
}

/** Takes an extra reference. */
function* hold(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = mvdrv.pages[number];
  const frame = page?.heldFrame ?? page?.frame ?? null;
  if (page === undefined || frame === null) return -Errno.EINVAL;
  page.heldFrame = frame;
  page.holds++;
  yield* frame.get();
  return 0;
}

/** Drops an extra reference. */
function* drop(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = mvdrv.pages[number];
  const frame = page?.heldFrame ?? null;
  if (page === undefined || frame === null) return -Errno.EINVAL;
  if (--page.holds === 0) page.heldFrame = null;
  yield* frame.put();
  return 0;
}

/** Has somebody else lock a page. */
function* lock(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null || isLocked(page.frame)) return -Errno.EINVAL;
  yield* mvdrv.lockHolder.lock(page.frame!);
  return 0;
}

/** Has somebody else unlock it. */
function* unlock(mvdrv: MvdrvConsole, number: number): Op<number> {
  const page = ownedPage(mvdrv, number);
  if (page === null || !isLocked(page.frame)) return -Errno.EINVAL;
  yield* mvdrv.lockHolder.unlock(page.frame!);
  return 0;
}

/** Ends locks and holds and gives every page up. Those of the driver's that are gone with that are not told of. */
function* free(mvdrv: MvdrvConsole): Op<number> {
  const { lockHolder, pages, range } = mvdrv;
  for (const { frame } of pages) if (isLocked(frame)) yield* lockHolder.unlock(frame!);
  for (const [number, page] of pages.entries()) while (page.holds > 0) yield* drop(mvdrv, number);
  const owned = pages.filter((page) => page.owned);
  for (const page of owned) yield* release(mvdrv, pages.indexOf(page));
  mvdrv.forgetFreed(owned);
  range.inUse = false;
  return 0;
}

function ownedPage(mvdrv: MvdrvConsole, number: number): ConsolePage | null {
  const page = mvdrv.pages[number];
  return page?.owned === true ? page : null;
}

function isMode(mode: number): mode is MigrateMode {
  return mode === MigrateMode.async || mode === MigrateMode.syncLight || mode === MigrateMode.sync;
}

function isLocked(frame: Page | null): boolean {
  return frame !== null && (frame.peekFlags() & PageFlag.locked) !== 0;
}
