import {
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type MigrateMode,
  type Op,
  type Page,
  type PageList,
} from '@movable-pages/core';
import type { MvdrvConsole } from './console.js';
import { returned } from './log.js';
import { allocOutside } from './page-block.js';

/** A node that stands for none: every target allocation fails. */
const NO_TARGET = 99;

/**
 * Migrates a list of isolated pages to a node and logs what the core said. May sleep.
 *
 * @returns What `migratePages` returned.
 */
export function* migrateList(
  mvdrv: MvdrvConsole,
  list: PageList,
  mode: MigrateMode,
  node: number,
): Op<number> {
  const { kernel } = mvdrv;
  const aside: Page[] = [];
  let succeeded = 0;
  kernel.events.once('mm_migrate_pages', (event) => (succeeded = event.succeeded));
  const ret = yield* migratePages(list, {
    getNewPage: (page) => allocTarget(mvdrv, page, node, aside),
    freePage: null,
    mode,
    // What a system call would say.
    reason: MigrateReason.syscallOrCpuset,
  });
  for (const page of aside) yield* page.put();
  mvdrv.log.push({
    event: 'migrate_pages_returned',
    ret: returned(ret),
    succeeded,
    left_on_list: list.first() !== null,
  });
  return ret;
}

/** Gives every page of a list back and logs that. May sleep. */
export function* putback(mvdrv: MvdrvConsole, list: PageList): Op<void> {
  mvdrv.log.push({ event: 'putback_movable_pages' });
  yield* putbackMovablePages(list);
}

function* allocTarget(mvdrv: MvdrvConsole, page: Page, node: number, aside: Page[]): Op<Page | null> {
  const { kernel, range } = mvdrv;
  const target = node === NO_TARGET ? null : yield* allocOutside(kernel, node, range.start, aside);
  mvdrv.log.push({ call: 'alloc_target', page: mvdrv.numberOf(page), ret: target !== null });
  return target;
}
