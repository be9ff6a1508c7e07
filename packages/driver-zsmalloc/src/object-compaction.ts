import type { Op } from '@movable-pages/core';
import { Fullness } from './fullness.js';
import { placeOf, readObject, WORD, writeObject } from './object-place.js';
import { objFree, objHandle, objMalloc } from './objects.js';
import type { ZsPool } from './pool.js';
import type { SizeClass } from './size-class.js';
import type { Zspage } from './zspage.js';

/**
 * Moves objects from the emptier zspages of a class to the fuller ones, and frees those that become empty. This moves
 * objects, not pages: migration is the VM's, and a zspage of which the VM has a page is not touched. Never sleeps.
 *
 * @returns How many pages it freed.
 * @kernel mm/zsmalloc.c __zs_compact
 */
export function* compactClass(pool: ZsPool, sizeClass: SizeClass): Op<number> {
  let freed = 0;
  yield* sizeClass.lock.acquire();
  for (;;) {
    const source = sizeClass.freeablePages() > 0 ? sizeClass.takeSource() : null;
    if (source === null) break;
    const moved = yield* emptyInto(pool, sizeClass, source);
    if (sizeClass.insert(source) === Fullness.empty && (yield* pool.zspages.free(source)))
      freed += sizeClass.pagesPerZspage;
    // Its users have it, or there is no room: looking again would spin.
    if (moved === 0) break;
    // Others may want the lock.
    yield* sizeClass.lock.release();
    yield* sizeClass.lock.acquire();
  }
  yield* sizeClass.lock.release();
  return freed;
}

/** Moves what can be moved of a zspage to others; gives how many objects that were. Locks: `sizeClass.lock`. */
function* emptyInto(pool: ZsPool, sizeClass: SizeClass, source: Zspage): Op<number> {
  let moved = 0;
  for (let index = 0; index < sizeClass.objsPerZspage; index++) {
    const target = sizeClass.takeTarget();
    if (target === null) break;
    if (yield* moveObject(pool, source, index, target)) moved++;
    sizeClass.insert(target);
  }
  return moved;
}

/**
 * Moves one object unless it is free or its user has it. Never sleeps.
 *
 * Locks: `sizeClass.lock`.
 *
 * @kernel mm/zsmalloc.c migrate_zspage
 */
function* moveObject(pool: ZsPool, source: Zspage, index: number, target: Zspage): Op<boolean> {
  const from = placeOf(source, index);
  const handle = objHandle(pool.handles, source, from.page, index);
  // By try: its holder waits for the class's lock.
  if (handle === null || !(yield* handle.tryPin())) return false;
  const free = objMalloc(target, handle);
  copyObject(target, free.index, source, index);
  yield* handle.record(free.page.pfn, free.index, true);
  yield* handle.unpin();
  objFree(source, from.page, index);
  return true;
}

/** @kernel mm/zsmalloc.c zs_object_copy */
function copyObject(target: Zspage, targetIndex: number, source: Zspage, index: number): void {
  const to = placeOf(target, targetIndex);
  const from = placeOf(source, index);
  for (let at = 1; at < source.sizeClass.size / WORD; at++) writeObject(to, at, readObject(from, at));
}
