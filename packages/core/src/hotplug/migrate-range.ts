import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { countIsolated } from '../lru/count-isolated.js';
import { isolateLruPage } from '../lru/isolate-lru-page.js';
import { Gfp } from '../memory/gfp.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { ZoneWord } from '../memory/zone.js';
import { IsolateMode, MigrateMode, MigrateReason } from '../migrate/migrate-mode.js';
import { migratePages } from '../migrate/migrate-pages.js';
import { isolateMovablePage } from '../movable/isolate-movable-page.js';
import { putbackMovablePages } from '../movable/putback-movable-pages.js';

/**
 * Moves what can be moved out of a range, once, to other nodes if there are any. What cannot be isolated or does not move
 * stays. May sleep.
 *
 * @param end One past the last page.
 * @kernel mm/memory_hotplug.c do_migrate_range
 * @since 0.1.0
 */
export function* migrateRange(kernel: Kernel, start: number, end: number): Op<void> {
  const list = kernel.lists.create('memory going offline', 'vm');
  for (let pfn = start; pfn < end; pfn++) {
    const page = kernel.page(pfn);
    if (!(yield* page.tryGet())) continue;
    if (yield* isolate(page)) list.addTail(page);
    yield* page.put();
  }
  if (list.first() !== null) {
    const { memory } = kernel;
    const node = memory.nodeOf(start);
    const others = memory.nodes
      // A node whose memory is offline has zones still, but nothing in them.
      .filter(({ id, zones }) => id !== node && zones.some((zone) => zone.peek(ZoneWord.present) > 0))
      .map(({ id }) => id);
    const nodeMask = others.length > 0 ? others : [node];
    const rc = yield* migratePages(list, {
      getNewPage: () => kernel.allocator.allocPage({ node, nodeMask, gfp: Gfp.userMovable }),
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.memoryHotplug,
    });
    if (rc !== 0) yield* putbackMovablePages(list);
  }
  list.dispose();
}

function* isolate(page: Page): Op<boolean> {
  if (((yield* page.readFlags()) & PageFlag.lru) === 0)
    return (yield* isolateMovablePage(page, IsolateMode.unevictable)) === 0;
  if ((yield* isolateLruPage(page)) !== 0) return false;
  countIsolated(page, 1);
  return true;
}
