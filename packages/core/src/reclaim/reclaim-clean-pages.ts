import type { Op } from '@movable-pages/machine';
import { isFileLru } from '../lru/lru-list.js';
import { isLruPage } from '../mapping/page-mapping.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { shrinkPageList } from './shrink-page-list.js';

/**
 * Frees the clean file pages of a list of isolated pages: they can be read again, so moving them is not worth it. What is
 * not freed stays on the list, in front. May sleep.
 *
 * @kernel mm/vmscan.c reclaim_clean_pages_from_list
 * @returns How many it freed.
 */
export function* reclaimCleanPages(list: PageList): Op<number> {
  const { kernel } = list;
  const pages = list.peek().filter((page) => isCleanFilePage(page));
  if (pages.length === 0) return 0;
  const clean = kernel.lists.create('clean pages to free', 'vm');
  const returned = kernel.lists.create('clean pages that stay', 'vm');
  for (const page of pages) {
    list.remove(page);
    clean.addTail(page);
    yield* page.clearFlags(PageFlag.active);
  }
  const thread = kernel.machine.current!;
  const before = thread.inReclaim;
  thread.inReclaim = true;
  const freed = yield* shrinkPageList(clean, { returned });
  thread.inReclaim = before;
  for (let page = returned.shift(); page !== null; page = returned.shift()) list.add(page);
  clean.dispose();
  returned.dispose();
  return freed;
}

/** A hint, looked at without the page lock. */
function isCleanFilePage(page: Page): boolean {
  const flags = page.peekFlags();
  return isLruPage(page) && isFileLru(flags) && (flags & (PageFlag.dirty | PageFlag.unevictable)) === 0;
}
