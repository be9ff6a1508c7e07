import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from '../memory/frame-table.js';
import { MigrateType } from '../memory/migrate-type.js';
import { PageFlag } from '../memory/page-flags.js';
import type { IsolateOptions } from './find-unmovable-page.js';

/**
 * Whether every page of a range of isolated page blocks is free. Never sleeps.
 *
 * @param end One past the last page.
 * @kernel mm/page_isolation.c test_pages_isolated
 * @since 0.1.0
 */
export function* rangeIsIsolated(
  kernel: Kernel,
  start: number,
  end: number,
  options: IsolateOptions = {},
): Op<boolean> {
  const { memory, frames } = kernel;
  for (let pfn = start; pfn < end;) {
    const zone = memory.zoneOf(pfn);
    const { areas } = zone.buddy!;
    yield* zone.look();
    for (const stop = Math.min(end, zone.endPfn); pfn < stop;) {
      if (memory.blocks!.typeOf(pfn) !== MigrateType.isolate) return false;
      const head = zone.buddy!.headOf(pfn);
      if (head >= 0) pfn = head + (1 << areas.orderOf(head));
      // A poisoned page goes offline as it is.
      else if (options.offline === true && (frames.peek(pfn, PageWord.flags) & PageFlag.hwPoison) !== 0)
        pfn++;
      else return false;
    }
  }
  return true;
}
