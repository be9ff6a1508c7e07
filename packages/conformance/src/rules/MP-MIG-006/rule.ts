import { Errno, MigrateMode, type Page } from '@movable-pages/core';
import { OpKind, type KThread } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** It cannot have anything to do with the page any more: it has ended, has not begun, or sleeps until it is needed. */
function isOut(thread: KThread, canRun: boolean): boolean {
  return thread.finished || thread.kind === OpKind.start || (thread.daemon && !canRun);
}

/** A page at rest can be moved. @since 0.1.0 */
export const atRestItMoves: Rule = {
  id: 'MP-MIG-006',
  title: 'A page at rest does not say "try again"',
  statement:
    'While nobody else is in the driver, nobody has pinned the page and nothing has failed, migratePage in MIGRATE_SYNC does not return -EAGAIN: the same call would never succeed, and ten passes over the page are lost.',
  source:
    'page_migration.rst, "migratepage": -EAGAIN asks for a retry in the same call; mm/z3fold.c z3fold_page_migrate',
  level: 'core',
  trigger: 'migrate-at-rest',
  hint: 'return -EAGAIN only for what passes while the call lasts, such as a lock that somebody holds; what your caller holds for you is no reason',
  watch(context) {
    let failed = false;
    const pins = new Map<number, number>();
    /** The threads that are in migratePage, and whether nobody else was at work since they entered. */
    const alone = new Map<KThread, boolean>();
    const atRest = () => {
      const { machine } = context.kernel;
      return machine.threads.every(
        (thread) => thread === machine.current || isOut(thread, machine.isEnabled(thread)),
      );
    };
    const count = (pages: readonly Page[], by: number) => {
      for (const { pfn } of pages) pins.set(pfn, (pins.get(pfn) ?? 0) + by);
    };
    return {
      begin() {
        failed = false;
        pins.clear();
        alone.clear();
      },
      // For how long somebody keeps a page is not known here: whoever calls that short may ask for another try.
      pin: (pages) => count(pages, 1),
      unpin: (pages) => count(pages, -1),
      migrateEnter: () => void alone.set(context.thread(), atRest()),
      step(thread, result) {
        if (thread.kind === OpKind.choose && result !== 0) failed = true;
        // A daemon that was idle works for whoever is here.
        if (alone.size === 0 || thread.daemon) return;
        for (const other of alone.keys()) if (other !== thread) alone.set(other, false);
      },
      migrate(_newPage, oldPage, mode, result) {
        const throughout = alone.get(context.thread()) === true;
        alone.delete(context.thread());
        if (mode !== MigrateMode.sync || failed || !throughout || !atRest()) return;
        if ((pins.get(oldPage.pfn) ?? 0) > 0) return;
        context.trigger('migrate-at-rest');
        if (result !== -Errno.EAGAIN) return;
        context.broken({
          title: `migratePage of ${oldPage} returned -EAGAIN, though nobody else is in the driver`,
          expected: '0, or an error that says it will not do',
          received: '-EAGAIN',
          subject: 'migratePage',
        });
      },
    };
  },
};
