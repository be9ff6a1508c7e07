import { MachineError } from '@movable-pages/machine';
import type { Page } from './page.js';

/**
 * Tells the allocator that somebody takes pages out of its reach, or gives them back: a balloon lends them to the host. The
 * zone of `page` and `MemTotal` have `count` pages more. A page that moves to another zone takes its count along: add 1 for
 * the old page and -1 for the new one. Never sleeps; additions commute, so it is no operation.
 *
 * @kernel mm/page_alloc.c adjust_managed_page_count
 * @throws MachineError `MP_COUNTER_UNDERFLOW` if the zone then has fewer pages than none, or more than there are.
 * @since 0.1.0
 */
export function adjustManagedPageCount(page: Page, count: number): void {
  const { machine, memory } = page.kernel;
  const zone = memory.zoneOf(page.pfn);
  const managed = zone.managedPages + count;
  if (managed < 0 || managed > zone.pages) {
    machine.misuse(
      new MachineError(
        'MP_COUNTER_UNDERFLOW',
        `${zone} of ${zone.pages} pages would have ${managed} managed ones; count every page that is taken and given back once`,
        {
          subject: `${zone} managed`,
          here: machine.site(),
          expected: `0 to ${zone.pages}`,
          received: String(managed),
        },
      ),
    );
  }
  zone.adjustManaged(count);
}
