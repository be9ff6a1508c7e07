import {
  allocSameNode,
  isolateMovablePage,
  IsolateMode,
  MigrateMode,
  MigrateReason,
  migratePages,
  pageMovableHint,
  putbackMovablePages,
  type NewPageFn,
  type Op,
  type Page,
  type PageList,
  type Workload,
} from '@movable-pages/core';
import { isOp, MayBlock, type KThread } from '@movable-pages/machine';
import type { ScenarioContext } from '../scenario.js';

/** Values that users write: far from 0 and from what a freed page is filled with. */
const FIRST_VALUE = 1000;

/**
 * Runs one operation of the driver's user API as a user would, in a scope of its own. A value that is no operation
 * stands for itself.
 */
export function* use<T>(
  context: ScenarioContext,
  name: keyof Workload,
  operation: (workload: Workload) => Op<T> | undefined,
): Op<T> {
  const { machine } = context.kernel;
  machine.enterScope('driver', `${context.built.definition.name}.${name}`, MayBlock.yes);
  const given: unknown = operation(context.built.workload);
  if (typeof (given as { then?: unknown } | null | undefined)?.then === 'function') {
    (given as PromiseLike<unknown>).then(ignore, ignore);
    throw new Error(
      `${name} of the workload gave a promise; write it as a generator function: *${name}(): Op<...>`,
    );
  }
  const result = isOp(given) ? yield* given : given;
  machine.leaveScope();
  return result as T;
}

function ignore(): void {}

/**
 * Isolates what looks movable, as compaction's scanner does, then migrates it or puts it back.
 *
 * @param modes In which the pages are asked to move, one call of `migrate_pages` after the other over what is left; with
 *   none they are only put back. The first says how they are isolated.
 */
export function compact(context: ScenarioContext, ...modes: readonly MigrateMode[]): Op<void> {
  return compactInto(context, allocSameNode, ...modes);
}

/** As {@link compact}, with targets from somewhere else than the allocator. */
export function* compactInto(
  context: ScenarioContext,
  getNewPage: NewPageFn,
  ...modes: readonly MigrateMode[]
): Op<void> {
  const { kernel } = context;
  const list = kernel.lists.create('pages isolated by compaction', 'vm');
  yield* isolateAll(context, list, isolateModeOf(modes[0]));
  yield* migrateList(list, getNewPage, ...modes);
  list.dispose();
}

/** How compaction isolates what it then asks to move in a mode. */
export function isolateModeOf(mode: MigrateMode | undefined): number {
  return mode === MigrateMode.async ? IsolateMode.asyncMigrate : 0;
}

/** Migrates isolated pages in each mode what the one before left, and puts back the rest. */
export function* migrateList(
  list: PageList,
  getNewPage: NewPageFn,
  ...modes: readonly MigrateMode[]
): Op<void> {
  for (const mode of modes) {
    if (list.first() === null) break;
    yield* migratePages(list, {
      getNewPage,
      freePage: null,
      mode,
      reason: MigrateReason.compaction,
    });
  }
  yield* putbackMovablePages(list);
}

/** Isolates all pages that look movable, or all of one node's, into a list. */
export function* isolateAll(
  { kernel }: ScenarioContext,
  list: PageList,
  isolateMode: number,
  node = -1,
): Op<void> {
  for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
    const page = kernel.page(pfn);
    if (node >= 0 && page.node !== node) continue;
    // The scanner's look without a lock: it may be wrong either way by the time it is used.
    if (!(yield* pageMovableHint(page))) continue;
    if ((yield* isolateMovablePage(page, isolateMode)) === 0) list.add(page);
  }
}

/** Walks all pages as a dump of page frames does: takes a reference wherever somebody has one, looks, and drops it. */
export function* walk(context: ScenarioContext): Op<void> {
  const { kernel } = context;
  for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
    const page = kernel.page(pfn);
    if (!(yield* page.tryGet())) continue;
    yield* page.readFlags();
    yield* page.put();
  }
}

/** An object that somebody has, with what it must hold. */
export interface Held {
  readonly handle: unknown;
  readonly value: number;
}

/** Makes an object and writes it, for the closer to check and free. Gives null if there was no memory. */
export function* allocate(context: ScenarioContext, value: number): Op<Held | null> {
  const handle = yield* use(context, 'allocate', (workload) => workload.allocate());
  if (handle === null) return null;
  yield* writeAndRead(context, handle, value);
  return { handle, value };
}

/** Frees an object that was there from the start. */
export function freeHandle(context: ScenarioContext, handle: unknown): Op<void> {
  return use(context, 'free', (workload) => workload.free(handle));
}

/** Writes an object, if the user API can, and checks that it reads back. */
export function* writeAndRead(context: ScenarioContext, handle: unknown, value: number): Op<void> {
  const { workload } = context.built;
  if (workload.write === undefined) return;
  yield* use(context, 'write', (each) => each.write?.(handle, value));
  yield* expectContents(context, handle, value);
}

/** Checks what an object reads, if the user API can. */
export function* expectContents(context: ScenarioContext, handle: unknown, value: number): Op<void> {
  if (context.built.workload.read === undefined) return;
  const read = yield* use(context, 'read', (each) => each.read?.(handle));
  context.judge.noteRead();
  if (read !== value) context.judge.contentsLost('an object', value, read as number);
}

/** Pins an object. The rules know of it. Gives the pages that stay, or null if there was no memory. */
export function* pin(context: ScenarioContext, handle: unknown): Op<readonly Page[] | null> {
  const given = yield* use(context, 'pin', (workload) => workload.pin?.(handle));
  return given === null ? null : context.judge.pinned(given);
}

/** Ends what {@link pin} began. */
export function* unpin(context: ScenarioContext, handle: unknown, pages: readonly Page[]): Op<void> {
  // Before the driver hears of it: from here on it may move them.
  context.judge.unpinned(pages);
  yield* use(context, 'unpin', (workload) => workload.unpin?.(handle));
}

/** Pins an object while `body` runs, if there is memory to pin it. */
export function* whilePinned(context: ScenarioContext, handle: unknown, body: () => Op<void>): Op<void> {
  const pages = yield* pin(context, handle);
  if (pages === null) return;
  yield* body();
  yield* unpin(context, handle, pages);
}

/** Pins an object and reads it, if there is memory to pin it. */
export function readPinned(context: ScenarioContext, handle: unknown, value: number): Op<void> {
  return whilePinned(context, handle, () => expectContents(context, handle, value));
}

/** Asks the driver for memory back. The rules know what it says. */
export function* shrinkDriver(context: ScenarioContext): Op<void> {
  context.judge.shrunk(yield* use(context, 'shrink', (workload) => workload.shrink?.()));
}

/** Unloads the driver. */
export function* unloadDriver(context: ScenarioContext): Op<void> {
  yield* use(context, 'unload', (workload) => workload.unload?.());
  context.judge.noteUnloaded();
}

/** What objects hold from the start: the value written into the n-th. */
export function initialValue(index: number): number {
  return FIRST_VALUE + 100 + index;
}

/**
 * Declares the thread that closes an execution: waits for the others, checks and frees what is left, and unloads the
 * driver if it can be.
 *
 * @param left The objects from the start that nobody freed. What the other threads return is freed as well.
 */
export function closer(context: ScenarioContext, others: readonly KThread[], left: readonly Held[]): void {
  const { kernel, built, judge } = context;
  kernel.machine.thread('closer', { party: 'user', after: others }, function* (): Op<void> {
    const made = others.flatMap((other) => (other.result as Held | null | undefined) ?? []);
    for (const { handle, value } of [...left, ...made]) {
      yield* expectContents(context, handle, value);
      yield* freeHandle(context, handle);
    }
    if (built.workload.unload !== undefined) yield* use(context, 'unload', (workload) => workload.unload?.());
    judge.noteUnloaded();
  });
}
