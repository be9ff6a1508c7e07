import {
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type MigrateMode,
  type Op,
  type Page,
  type PageList,
} from '@movable-pages/core';
import { returned } from './log.js';
import type { Mvdrv } from './mvdrv.js';
import { allocOutside } from './page-block.js';

/** A node that stands for none: every target allocation fails. */
const NO_TARGET = 99;

/**
 * Migrates a list of isolated pages to a node and logs what the core said. May sleep.
 *
 * @returns What `migratePages` returned.
 */
export function* migrateList(driver: Mvdrv, list: PageList, mode: MigrateMode, node: number): Op<number> {
  const { kernel } = driver;
  let succeeded = 0;
  kernel.events.once('mm_migrate_pages', (event) => (succeeded = event.succeeded));
  const ret = yield* migratePages(list, {
    getNewPage: (page) => allocTarget(driver, page, node),
    freePage: null,
    mode,
    // What a system call would say.
    reason: MigrateReason.syscallOrCpuset,
  });
  driver.say({
    event: 'migrate_pages_returned',
    ret: returned(ret),
    succeeded,
    left_on_list: list.first() !== null,
  });
  return ret;
}

/** Gives every page of a list back and logs that. May sleep. */
export function* putback(driver: Mvdrv, list: PageList): Op<void> {
  driver.say({ event: 'putback_movable_pages' });
  yield* putbackMovablePages(list);
}

function* allocTarget(driver: Mvdrv, page: Page, node: number): Op<Page | null> {
  const { allocator } = driver;
  const target = node === NO_TARGET ? null : yield* allocOutside(allocator, node, driver.range.start);
  driver.say({ call: 'alloc_target', page: driver.numberOf(page), ret: target !== null });
  return target;
}
