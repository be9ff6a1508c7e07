import type { PageList } from '../memory/page-list.js';

/**
 * What must hold of what a migration of a list gives back, where the profile leaves failed pages on the list: 0 says that
 * nothing is left, a number above 0 how many are.
 *
 * @param rc What it gave.
 * @param left The list afterwards.
 * @returns What is broken, in words; empty if nothing is.
 * @kernel mm/migrate.c migrate_pages
 * @since 0.1.0
 */
export function resultBreaches(rc: number, left: PageList): string[] {
  const pages = left.peekLength;
  return rc < 0 || rc === pages
    ? []
    : [`migration gave ${rc}, and ${pages} ${pages === 1 ? 'page is' : 'pages are'} left on the list`];
}
