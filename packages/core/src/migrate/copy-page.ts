import type { Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';

/**
 * Copies the contents of a page. Real copying, with a place in the middle where others may come in: a write that races
 * with the copy is seen. Never sleeps.
 *
 * Locks: whatever keeps writers away from `source`.
 *
 * @kernel include/linux/highmem.h copy_highpage
 * @throws MachineError `MP_USE_AFTER_FREE`.
 * @since 0.1.0
 */
export function copyPage(target: Page, source: Page): Op<void> {
  return source.kernel.machine.watchOp('copyPage()', copySteps(target, source));
}

function* copySteps(target: Page, source: Page): Op<void> {
  source.assertLive('it is copied from');
  target.assertLive('it is copied to');
  const { contents, machine } = source.kernel;
  if (!machine.tracked) {
    contents.copy(target.pfn, source.pfn, 0, contents.pageWords);
    return;
  }
  const half = contents.pageWords >> 1;
  contents.copy(target.pfn, source.pfn, 0, half);
  yield* machine.point(`copy of ${source} to ${target}, half done`);
  contents.copy(target.pfn, source.pfn, half, contents.pageWords);
}
