import { relax, type Op, type Page } from '@movable-pages/core';
import { GroupDriver } from '../../bases/groups/driver.js';
import type { Group } from '../../bases/groups/group.js';

/** Follows the links, and locks what it comes to. */
export class WalksWithoutTheLock extends GroupDriver {
  protected override *lockGroup(group: Group): Op<Page[]> {
    const locked: Page[] = [];
    for (let page = group.first; page !== null; page = this.links[page.pfn]!.next) {
      while (!(yield* page.tryLock())) yield* relax();
      locked.push(page);
    }
    return locked;
  }
}
