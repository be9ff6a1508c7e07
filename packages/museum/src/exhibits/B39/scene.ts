import {
  allocSameNode,
  choose,
  countIsolated,
  exitMm,
  isolateLruPage,
  linux61,
  MigrateMode,
  MigrateReason,
  migratePages,
  mmap,
  putbackMovablePages,
  userWrite,
  type Kernel,
  type Mm,
  type Op,
  type Page,
  type PageList,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buildScene } from '../../vm/scene.js';

/** Base pages of the large page. */
const PARTS = 2;

/** What a large page counts as that could not be moved as a whole and was split. */
export type CountSplit = () => number;

/** @kernel mm/migrate.c migrate_pages, nr_failed after a split */
export const countsParts: CountSplit = () => 0;

/** The pages of a block for a large page; null if memory is in pieces. */
function* takeBlock(kernel: Kernel): Op<Page[] | null> {
  if ((yield* choose('no block for a large page', 2)) === 1) return null;
  const block: Page[] = [];
  while (block.length < PARTS) {
    const page = yield* kernel.allocator.allocPage();
    if (page === null) break;
    block.push(page);
  }
  if (block.length === PARTS) return block;
  for (const page of block) yield* page.put();
  return null;
}

/**
 * Migrates a large page: as a whole if there is a block for it, else in parts.
 *
 * @param list Its parts.
 * @returns As `migratePages`: 0, or how many are left on the list, or an error.
 * @kernel mm/migrate.c migrate_pages, try_split_folio
 */
function* migrateLarge(list: PageList, countSplit: CountSplit): Op<number> {
  const block = yield* takeBlock(list.kernel);
  const rc = yield* migratePages(list, {
    *getNewPage(page): Op<Page | null> {
      return block === null ? yield* allocSameNode(page) : (block.pop() ?? null);
    },
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.compaction,
  });
  for (const page of block ?? []) yield* page.put();
  if (rc < 0) return rc;
  return block === null ? rc + countSplit() : rc;
}

function* isolateAll(mm: Mm, list: PageList): Op<void> {
  const { frames } = mm.kernel;
  for (let pfn = 0; pfn < frames.count; pfn++) {
    const page = mm.kernel.page(pfn);
    if (!(yield* page.tryGet())) continue;
    if ((yield* isolateLruPage(page)) === 0) {
      countIsolated(page, 1);
      list.addTail(page);
    }
    yield* page.put();
  }
}

/** The two parts of a large page of a process are migrated while the process writes one of them. */
export function largePage(countSplit: CountSplit): Program {
  let mm: Mm | null = null;
  let start = 0;
  return buildScene<void>({
    kernel: { profile: { ...linux61, passes: 4 }, nodes: [8] },
    *setUp(kernel): Op<void> {
      mm = kernel.mms.createMm('process');
      start = yield* mmap(mm, { pages: PARTS });
      for (let part = 0; part < PARTS; part++) yield* userWrite(mm, start + part, 0, part);
      yield* kernel.lru.drainAll();
    },
    threads(kernel, _made, judge) {
      const { machine } = kernel;
      const process = mm!;
      const moving = machine.thread('migrator', { party: 'vm' }, function* (): Op<void> {
        const list = kernel.lists.create('large page', 'vm');
        yield* isolateAll(process, list);
        if (list.first() !== null) {
          const rc = yield* migrateLarge(list, countSplit);
          judge.judgeResult(rc, list);
        }
        yield* putbackMovablePages(list);
        list.dispose();
      });
      const writing = machine.thread('writer', { party: 'user' }, () => userWrite(process, start, 1, 7));
      machine.thread('exit', { party: 'user', after: [moving, writing] }, function* (): Op<void> {
        yield* exitMm(process);
        yield* kernel.lru.drainAll();
      });
    },
  });
}
