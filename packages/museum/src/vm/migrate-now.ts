import {
  allocSameNode,
  countIsolated,
  isolateLruPage,
  MigrateMode,
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type Op,
  type Page,
} from '@movable-pages/core';

/** Isolates a page of the LRU by number, migrates it, and puts it back if that failed. */
export function* migrateNow(page: Page): Op<void> {
  const { lists } = page.kernel;
  const list = lists.create('to migrate', 'vm');
  if (yield* page.tryGet()) {
    if ((yield* isolateLruPage(page)) === 0) {
      countIsolated(page, 1);
      list.add(page);
    }
    yield* page.put();
  }
  if (list.first() !== null) {
    yield* migratePages(list, {
      getNewPage: allocSameNode,
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.compaction,
    });
    yield* putbackMovablePages(list);
  }
  list.dispose();
}
