import {
  allocSameNode,
  isolateMovablePage,
  MigrateMode,
  MigrateReason,
  migratePages,
  type Kernel,
  type Op,
  type Page,
} from '@movable-pages/core';

/** Isolates pages and migrates them in SYNC mode, every one of them; gives where they went. */
export function* migrateAll(kernel: Kernel, pages: readonly Page[]): Op<Page[]> {
  const list = kernel.lists.create('bench', 'vm');
  for (const page of pages) if ((yield* isolateMovablePage(page, 0)) === 0) list.addTail(page);
  const targets: Page[] = [];
  const failed = yield* migratePages(list, {
    *getNewPage(page) {
      const target = yield* allocSameNode(page);
      if (target !== null) targets.push(target);
      return target;
    },
    freePage: null,
    mode: MigrateMode.sync,
    reason: MigrateReason.compaction,
  });
  if (failed !== 0 || targets.length !== pages.length) throw new Error(`${failed} pages were not migrated`);
  list.dispose();
  return targets;
}
