import { MachineError } from '@movable-pages/machine';
import { PageWord } from './frame-table.js';
import { FLAGS_CHECKED_AT_FREE, flagNames, MappingTag } from './page-flags.js';
import type { Page } from './page.js';

/**
 * Refuses a page that goes back to the allocator in a state in which it must not be.
 *
 * @kernel mm/page_alloc.c free_page_is_bad
 * @throws MachineError `MP_BAD_PAGE`.
 */
export function checkAtFree(page: Page): void {
  const bad = whatIsBad(page);
  if (bad === null) return;
  const { machine, frames } = page.kernel;
  machine.misuse(
    new MachineError(
      'MP_BAD_PAGE',
      `${page} is freed with ${bad.join(', ')}; reset what you set before the last put`,
      {
        subject: bad.map((what) => what.replace(/\d+/g, 'n')).join(', '),
        here: machine.site(),
        location: frames.location(page.pfn, PageWord.flags),
        expected: 'a page with no lock, list, mapping or private word left',
        received: bad.join(', '),
      },
    ),
  );
}

/** @kernel mm/page_alloc.c page_bad_reason */
function whatIsBad(page: Page): string[] | null {
  const { frames, lists } = page.kernel;
  const flags = page.peekFlags() & FLAGS_CHECKED_AT_FREE;
  const mapping = frames.peek(page.pfn, PageWord.mapping);
  const untagged = mapping !== 0 && (mapping & MappingTag.mask) === MappingTag.none;
  const mapCount = frames.peek(page.pfn, PageWord.mapCount);
  const own = frames.peek(page.pfn, PageWord.private);
  const list = lists.listOf(page.pfn);
  if (page.refCount === 0 && flags === 0 && !untagged && mapCount === -1 && own === 0 && list === null)
    return null;
  const bad: string[] = [];
  if (page.refCount !== 0) bad.push(`${page.refCount} references`);
  if (flags !== 0) bad.push(`flags ${flagNames(flags)}`);
  if (untagged) bad.push('a mapping');
  if (mapCount !== -1) bad.push('a map count');
  if (own !== 0) bad.push(`private ${own}`);
  if (list !== null) bad.push(`a place on ${list.name}`);
  return bad;
}
