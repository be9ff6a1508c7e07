import {
  clearPageMovable,
  Errno,
  isolateMovablePage,
  MigrateMode,
  pageMovable,
  PageFlag,
  resetPageMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { fillPage } from './driver-page.js';
import { returned } from './log.js';
import { migrateList, putback } from './migrate-list.js';
import type { Mvdrv } from './mvdrv.js';
import { allocBlock, PAGE_BLOCK } from './page-block.js';

/** Carries out a command with its numbers. */
interface Command {
  readonly arity: number;
  readonly run: (driver: Mvdrv, ...args: number[]) => Op<number>;
}

/** The commands by name. */
const COMMANDS: Readonly<Record<string, Command>> = {
  alloc: { arity: 2, run: alloc },
  iso: { arity: 2, run: iso },
  mig: { arity: 3, run: mig },
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
export function* runCommand(driver: Mvdrv, text: string): Op<number> {
  driver.log.length = 0;
  driver.freed.length = 0;
  const [name = '', ...words] = text.trim().split(/\s+/);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : null;
  const args = words.map(Number);
  if (command?.arity !== args.length || !args.every(Number.isInteger)) return -Errno.EINVAL;
  const ret = yield* command.run(driver, ...args);
  const freed = [...driver.freed].sort((a, b) => a.page - b.page);
  for (const entry of freed) driver.say({ event: 'released_page_freed', ...entry });
  return ret;
}

function* alloc(driver: Mvdrv, node: number, count: number): Op<number> {
  const { allocator, held, pages, range } = driver;
  // A hold may be all that is left of a page.
  if (range.inUse || held.length > 0 || pages.some(({ holds }) => holds > 0)) return -Errno.EBUSY;
  if (node < 0 || node >= allocator.nodes || count < 1 || count > PAGE_BLOCK) return -Errno.EINVAL;
  const frames = yield* allocBlock(allocator, node, count);
  if (frames === null) return -Errno.ENOMEM;
  driver.pages.length = 0;
  range.start = frames[0]!.pfn;
  range.count = count;
  range.inUse = true;
  for (const frame of frames) {
    fillPage(frame, driver.pages.length);
    yield* driver.adopt(frame);
  }
  return 0;
}

function* iso(driver: Mvdrv, number: number, accepts: number): Op<number> {
  const page = driver.pages[number];
  if (page === undefined) return -Errno.EINVAL;
  page.accepts = accepts !== 0;
  return 0;
}

function* mig(driver: Mvdrv, number: number, error: number, times: number): Op<number> {
  const page = driver.pages[number];
  if (page === undefined || error > 0 || times < -1) return -Errno.EINVAL;
  page.error = error;
  page.times = times;
  return 0;
}

/** Isolates one page and logs what came of it. */
function* isolate(driver: Mvdrv, number: number): Op<Page | null> {
  const frame = driver.pages[number]!.frame!;
  const ret = yield* isolateMovablePage(frame, 0);
  driver.say({ event: 'isolate_movable_page_returned', page: number, ret: returned(ret) });
  return ret === 0 ? frame : null;
}

function* list(driver: Mvdrv, mode: number, node: number): Op<number> {
  if (!isMode(mode)) return -Errno.EINVAL;
  const isolated = driver.kernel.lists.create('mvdrv.isolated', 'vm');
  for (let number = 0; number < driver.pages.length; number++) {
    const frame = driver.pages[number]!.owned ? yield* isolate(driver, number) : null;
    if (frame !== null) isolated.addTail(frame);
  }
  if ((yield* migrateList(driver, isolated, mode, node)) !== 0) yield* putback(driver, isolated);
  isolated.dispose();
  return 0;
}

function* isomig(driver: Mvdrv, number: number, mode: number, node: number): Op<number> {
  if (driver.pages[number]?.owned !== true || !isMode(mode)) return -Errno.EINVAL;
  const frame = yield* isolate(driver, number);
  if (frame === null) return 0;
  const isolated = driver.kernel.lists.create('mvdrv.isolated', 'vm');
  isolated.addTail(frame);
  if ((yield* migrateList(driver, isolated, mode, node)) !== 0) yield* putback(driver, isolated);
  isolated.dispose();
  return 0;
}

function* isohold(driver: Mvdrv, number: number): Op<number> {
  // Also one that was released: somebody may come for it as long as it lives.
  if ((driver.pages[number]?.frame ?? null) === null) return -Errno.EINVAL;
  const frame = yield* isolate(driver, number);
  if (frame !== null) driver.held.addTail(frame);
  return 0;
}

function* migheld(driver: Mvdrv, mode: number, node: number): Op<number> {
  if (!isMode(mode)) return -Errno.EINVAL;
  if (mode !== MigrateMode.async && anyLocked(driver)) return -Errno.EDEADLK;
  yield* migrateList(driver, driver.held, mode, node);
  return 0;
}

function* putbackHeld(driver: Mvdrv): Op<number> {
  if (anyLocked(driver)) return -Errno.EDEADLK;
  yield* putback(driver, driver.held);
  return 0;
}

function* unreg(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  if (page?.owned !== true) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  const frame = yield* driver.lockFrame(number);
  const registered = yield* pageMovable(frame);
  if (registered) yield* clearPageMovable(frame);
  yield* frame.unlock();
  return registered ? 0 : -Errno.EINVAL;
}

function* reg(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  if (page?.owned !== true) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  yield* driver.register(number);
  return 0;
}

function* plain(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  if (page?.owned !== true || isIsolated(page.frame)) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  const frame = yield* driver.lockFrame(number);
  yield* resetPageMapping(frame);
  yield* frame.unlock();
  return 0;
}

function* release(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  if (page?.owned !== true) return -Errno.EINVAL;
  if (isLocked(page.frame)) return -Errno.EDEADLK;
  yield* driver.release(number);
  return 0;
}

function* hold(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  const frame = page === undefined ? null : (page.heldFrame ?? page.frame);
  if (frame === null) return -Errno.EINVAL;
  yield* frame.get();
  page!.heldFrame = frame;
  page!.holds++;
  return 0;
}

function* drop(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  const frame = page?.heldFrame ?? null;
  if (frame === null) return -Errno.EINVAL;
  if (--page!.holds === 0) page!.heldFrame = null;
  yield* frame.put();
  return 0;
}

function* lock(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  if (page?.owned !== true || isLocked(page.frame)) return -Errno.EINVAL;
  yield* driver.lockHolder.lock(page.frame!);
  return 0;
}

function* unlock(driver: Mvdrv, number: number): Op<number> {
  const page = driver.pages[number];
  if (page?.owned !== true || !isLocked(page.frame)) return -Errno.EINVAL;
  yield* driver.lockHolder.unlock(page.frame!);
  return 0;
}

function* free(driver: Mvdrv): Op<number> {
  for (const page of driver.pages) if (isLocked(page.frame)) yield* driver.lockHolder.unlock(page.frame!);
  for (let number = 0; number < driver.pages.length; number++) {
    while (driver.pages[number]!.holds > 0) yield* drop(driver, number);
    if (driver.pages[number]!.owned) yield* driver.release(number);
  }
  driver.range.inUse = false;
  // What goes at once is not worth a line.
  driver.freed.length = 0;
  return 0;
}

/** Whether a page on the held list is locked by somebody. */
function anyLocked(driver: Mvdrv): boolean {
  return driver.held.peek().some(isLocked);
}

function isMode(mode: number): mode is MigrateMode {
  return mode === MigrateMode.async || mode === MigrateMode.syncLight || mode === MigrateMode.sync;
}

function isLocked(frame: Page | null): boolean {
  return frame !== null && (frame.peekFlags() & PageFlag.locked) !== 0;
}

function isIsolated(frame: Page | null): boolean {
  return frame !== null && (frame.peekFlags() & PageFlag.isolated) !== 0;
}
