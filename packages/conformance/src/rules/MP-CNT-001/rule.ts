import type { Page } from '@movable-pages/core';
import { OpKind, type KThread } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** Whether a thread is somewhere in the driver: in a callback, in a user operation, or at work for it. */
function isInDriver(thread: KThread): boolean {
  if (thread.finished) return false;
  if (thread.scope !== undefined) return true;
  // A worker that waits for work is in nothing.
  return thread.party === 'driver' && thread.kind !== OpKind.awaitNotEqual && thread.kind !== OpKind.start;
}

/** The driver's count of isolated pages is true. @since 0.1.0 */
export const isolatedCountIsTrue: Rule = {
  id: 'MP-CNT-001',
  title: "The driver's count of isolated pages is true",
  statement:
    'When isolatePage or putbackPage returns and nobody else is in the driver, inspect() of the workload counts as many isolated pages as the VM has: all of them, however many are isolated at once.',
  source: 'mm/zsmalloc.c ISOLATED_BITS; mm/balloon_compaction.c isolated_pages',
  level: 'core',
  trigger: 'isolated-counted',
  optional: { although: 'isolate-accepted', why: 'inspect() of the workload counts no isolated pages' },
  hint: 'count under one lock in isolatePage, putbackPage and a successful migratePage, in a field that can hold every page of the object',
  watch(context) {
    const { kernel, mapping, workload } = context;
    const open = new Set<number>();
    kernel.events.on('clear_page_movable', ({ page }) => open.delete(page.pfn));
    const alone = (): boolean => {
      const { threads, threadCount } = kernel.machine;
      for (let i = 0; i < threadCount; i++)
        if (threads[i] !== context.thread() && isInDriver(threads[i]!)) return false;
      return true;
    };
    const compare = (page: Page, callback: string): void => {
      if (workload.inspect === undefined || !alone()) return;
      const { isolated } = kernel.machine.unobserved(() => workload.inspect!());
      if (isolated === undefined) return;
      context.trigger('isolated-counted');
      if (isolated === open.size) return;
      context.broken({
        title: `after ${callback} of ${page} the driver counts ${isolated} isolated ${isolated === 1 ? 'page' : 'pages'}, and the VM has ${open.size} of ${mapping.name}`,
        expected: `isolated ${open.size}`,
        received: `isolated ${isolated}`,
        subject: `isolated after ${callback}`,
      });
    };
    return {
      begin: () => open.clear(),
      isolate(page, _mode, result) {
        if (result !== true) return;
        open.add(page.pfn);
        compare(page, 'isolatePage');
      },
      migrate(_newPage, oldPage, _mode, result) {
        if (result === 0) open.delete(oldPage.pfn);
      },
      putback(page) {
        open.delete(page.pfn);
        compare(page, 'putbackPage');
      },
    };
  },
};
