import { OpKind, type Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { countIsolated } from '../lru/count-isolated.js';
import { isolateLruPage } from '../lru/isolate-lru-page.js';
import { cacheOf } from '../mapping/page-mapping.js';
import { PageWord } from '../memory/frame-table.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { IsolateMode } from '../migrate/migrate-mode.js';
import { isolateMovablePage } from '../movable/isolate-movable-page.js';
import { pageMovableHint } from '../movable/page-movable.js';
import { putbackMovablePages } from '../movable/putback-movable-pages.js';
import { COMPACT_CLUSTER_MAX, type CompactControl } from './compact-control.js';
import { updateCachedMigrate } from './cached-positions.js';
import { tooManyIsolated } from './too-many-isolated.js';

/**
 * The migrate scanner in one page block: isolates pages that can move, driver pages and LRU pages, up to a cluster of
 * them, and puts each at the front of `cc.migratePages`. Leaves off where the cluster was full; `cc.migratePfn` says
 * where to go on. In direct ASYNC compaction a page that cannot be isolated ends its order-aligned chunk, and what was
 * isolated in it is put back. May sleep on page locks then; the isolate callbacks of drivers may sleep as their mode says.
 *
 * @param isolateMode Bits of {@link IsolateMode}.
 * @kernel mm/compaction.c isolate_migratepages_block
 * @returns 0, or `-EAGAIN` if too many pages are isolated.
 * @since 0.1.0
 */
export function* scanMigrateBlock(
  cc: CompactControl,
  startPfn: number,
  endPfn: number,
  isolateMode: number,
): Op<number> {
  const { kernel, migratePages } = cc;
  const { events, vmstat } = kernel;
  const blocks = kernel.memory.blocks!;
  const skipOnFailure = cc.skipOnFailure;
  const chunk = 1 << Math.max(cc.order, 0);
  let isolated = 0;
  let scanned = 0;
  let nextSkip = chunkEnd(startPfn, chunk);
  cc.migratePfn = startPfn;
  while (tooManyIsolated(kernel, cc.zone.node)) {
    if (kernel.steps.givesUpIsolating(cc)) return -Errno.EAGAIN;
    // Others will put some back.
    yield* kernel.machine.relax();
  }
  let pfn = startPfn;
  for (; pfn < endPfn; pfn++) {
    if (skipOnFailure && pfn >= nextSkip) {
      // A whole chunk could be isolated: move it before going on.
      if (isolated > 0) break;
      nextSkip = chunkEnd(pfn, chunk);
    }
    scanned++;
    const free = yield* freePagesAt(cc, pfn);
    if (free > 0) {
      pfn += free - 1;
      continue;
    }
    if (free === 0 && (yield* isolatePage(cc, kernel.page(pfn), isolateMode))) {
      isolated++;
      cc.toMigrate++;
      if (cc.toMigrate >= COMPACT_CLUSTER_MAX && !cc.rescan && !cc.contended) {
        pfn++;
        break;
      }
      continue;
    }
    if (!skipOnFailure) continue;
    if (isolated > 0) {
      yield* putbackMovablePages(migratePages);
      cc.toMigrate = 0;
      isolated = 0;
    }
    if (pfn < nextSkip) {
      pfn = nextSkip - 1;
      nextSkip += chunk;
    }
  }
  pfn = Math.min(pfn, endPfn);
  // A block that has nothing is not looked at again soon, nor one that was scanned twice.
  if (pfn === endPfn && (isolated === 0 || cc.rescan) && !cc.contig) {
    yield* blocks.markSkipped(startPfn);
    yield* updateCachedMigrate(cc, pfn);
  }
  if (events.listenerCount('mm_compaction_isolate_migratepages') > 0) {
    events.emit('mm_compaction_isolate_migratepages', { startPfn, endPfn: pfn, scanned, taken: isolated });
  }
  cc.migrateScanned += scanned;
  vmstat.add('compact_isolated', isolated);
  cc.migratePfn = pfn;
  return 0;
}

/** One past the chunk that a page lies in. */
function chunkEnd(pfn: number, chunk: number): number {
  return pfn - (pfn % chunk) + chunk;
}

/**
 * Looks at a frame: how many pages are free from here on, 0 if it is in use, -1 if it is neither (on its way, or part of
 * somebody's block).
 */
function* freePagesAt(cc: CompactControl, pfn: number): Op<number> {
  const { machine, frames } = cc.kernel;
  const count: number = yield* machine.makeOp(OpKind.load, frames.location(pfn, PageWord.refCount), 0, 0);
  if (count > 0) return 0;
  yield* cc.zone.look();
  const { areas } = cc.zone.buddy!;
  return areas.isHead(pfn) ? 1 << areas.orderOf(pfn) : -1;
}

function* isolatePage(cc: CompactControl, page: Page, isolateMode: number): Op<boolean> {
  const flags = yield* page.readFlags();
  if ((flags & PageFlag.head) !== 0 && !cc.contig) return false;
  if ((flags & PageFlag.lru) === 0) {
    // Peeks without the lock: isolateMovablePage makes sure of both.
    if ((flags & PageFlag.isolated) !== 0 || !(yield* pageMovableHint(page))) return false;
    if ((yield* isolateMovablePage(page, isolateMode)) !== 0) return false;
  } else {
    if (!(yield* isolateFromLru(cc, page, isolateMode))) return false;
    countIsolated(page, 1);
  }
  cc.migratePages.add(page);
  return true;
}

/** Takes an LRU page if it is of a kind that this compaction may move. */
function* isolateFromLru(cc: CompactControl, page: Page, isolateMode: number): Op<boolean> {
  if (!(yield* page.tryGet())) return false;
  const taken = (yield* mayMove(cc, page, isolateMode)) && (yield* isolateLruPage(page)) === 0;
  yield* page.put();
  return taken;
}

function* mayMove(cc: CompactControl, page: Page, isolateMode: number): Op<boolean> {
  const flags = yield* page.readFlags();
  const mapping = yield* readWord(page, PageWord.mapping);
  const anonymous = (mapping & MappingTag.anon) !== 0;
  const cached = mapping !== 0 && (!anonymous || (flags & PageFlag.swapCache) !== 0);
  // Somebody holds it beside the page tables: pinned, most likely.
  if (!cached && (yield* page.readRefCount()) - 1 > (yield* readWord(page, PageWord.mapCount)) + 1)
    return false;
  if (!cc.fs && cached) return false;
  if ((flags & PageFlag.unevictable) !== 0 && (isolateMode & IsolateMode.unevictable) === 0) return false;
  if ((isolateMode & IsolateMode.asyncMigrate) === 0) return true;
  if ((flags & PageFlag.writeback) !== 0) return false;
  return (flags & PageFlag.dirty) === 0 || (yield* movesDirty(page));
}

/** Whether a dirty page moves without being written first. By try: whoever has the page lock may wait for us. */
function* movesDirty(page: Page): Op<boolean> {
  if (!(yield* page.tryLock())) return false;
  const mapping = cacheOf(page);
  const moves = mapping === null || mapping.ops.migratePage !== undefined;
  yield* page.unlock();
  return moves;
}

function readWord(page: Page, word: number): Op<number> {
  const { machine, frames } = page.kernel;
  return machine.makeOp(OpKind.load, frames.location(page.pfn, word), 0, 0);
}
