import type { Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';
import type { AnonVma } from './anon-vma.js';
import { anonVmaOf } from './page-mapping.js';
import { readMapCount } from './rmap.js';

/**
 * Keeps the anon_vma of a page alive while nothing maps the page. The caller puts it. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel mm/rmap.c page_get_anon_vma
 * @returns Null if the page is not anonymous, or not mapped any more: then its anon_vma may be gone.
 */
export function* getAnonVma(page: Page): Op<AnonVma | null> {
  const anonVma = anonVmaOf(page);
  if (anonVma === null || (yield* readMapCount(page)) === 0) return null;
  if (!(yield* anonVma.tryGet())) return null;
  if ((yield* readMapCount(page)) > 0) return anonVma;
  yield* anonVma.put();
  return null;
}
