import { Errno, errnoName, IsolateMode, MigrateMode, PageFlag, type Page } from '@movable-pages/core';
import { OpKind, type KThread } from '@movable-pages/machine';
import { isMarked } from '../../judge/page-facts.js';
import type { Rule } from '../../rule.js';

/** It cannot have anything to do with the page any more: it has ended, has not begun, or sleeps until it is needed. */
function isOut(thread: KThread, canRun: boolean): boolean {
  return thread.finished || thread.kind === OpKind.start || (thread.daemon && !canRun);
}

/** A page at rest can be moved. @since 0.1.0 */
export const atRestItMoves: Rule = {
  id: 'MP-MIG-006',
  title: 'A page at rest can be moved',
  statement:
    'While nobody else is in the driver, nobody has pinned the page and nothing has failed, isolatePage gives the page if the VM has no other, and migratePage in MIGRATE_SYNC moves it, unless memory is short: what is refused then is refused for ever, and after -EAGAIN ten passes over the page are lost.',
  source:
    'page_migration.rst, "migratepage": -EAGAIN asks for a retry in the same call; mm/z3fold.c z3fold_page_migrate',
  level: 'core',
  trigger: 'migrate-at-rest',
  hint: 'return -EAGAIN only for what passes while the call lasts, such as a lock that somebody holds; what your caller holds for you is no reason; take back every mark that makes you refuse a page, on each way out, and do not mark a page movable that must stay',
  watch(context) {
    let failed = false;
    const pins = new Map<number, number>();
    /** The threads that are in isolatePage or migratePage, each with whether nobody else was at work since. */
    const calls = new Map<KThread, { alone: boolean; readonly idle: boolean }>();
    /** Pages that were refused: if they are gone when they have come back, they were about to be freed. */
    const toCome = new Map<number, string>();
    const atRest = () => {
      const { machine } = context.kernel;
      return machine.threads.every(
        (thread) => thread === machine.current || isOut(thread, machine.isEnabled(thread)),
      );
    };
    /** Whether a daemon has nothing to do, as far as can be known: one that has not begun, or waits for a lock, may have. */
    const isIdle = (daemon: KThread) =>
      !context.kernel.machine.isEnabled(daemon) &&
      daemon.held.length === 0 &&
      daemon.kind !== OpKind.acquire &&
      context.kernel.frames.pfnOf(daemon.loc) < 0;
    const allIdle = () => context.kernel.machine.threads.every((thread) => !thread.daemon || isIdle(thread));
    const enter = () => void calls.set(context.thread(), { alone: atRest(), idle: allIdle() });
    /** Whether nobody was there meanwhile who could have been a reason to ask for another try (`alone`), or to refuse (`idle`). */
    const leave = (page: Page) => {
      const call = calls.get(context.thread());
      calls.delete(context.thread());
      const alone = call?.alone === true && !failed && atRest() && (pins.get(page.pfn) ?? 0) === 0;
      return { alone, idle: alone && call!.idle && allIdle() };
    };
    /** Whether the VM has no other page: one may be a reason not to give this one. */
    const isOnlyIsolated = (page: Page) => {
      const { frames } = context.kernel;
      for (let pfn = 0; pfn < frames.count; pfn++)
        if (pfn !== page.pfn && (context.kernel.page(pfn).peekFlags() & PageFlag.isolated) !== 0)
          return false;
      return true;
    };
    const refused = (page: Page, what: string, received: string, expected: string) =>
      context.broken({
        title: `${what} of ${page} returned ${received}, though nobody else is in the driver`,
        expected,
        received,
        subject: what,
      });
    const count = (pages: readonly Page[], by: number) => {
      for (const { pfn } of pages) pins.set(pfn, (pins.get(pfn) ?? 0) + by);
    };
    return {
      begin() {
        failed = false;
        pins.clear();
        calls.clear();
        toCome.clear();
      },
      // For how long somebody keeps a page is not known here: whoever calls that short may ask for another try.
      pin: (pages) => count(pages, 1),
      unpin: (pages) => count(pages, -1),
      isolateEnter: enter,
      isolate(page, mode, result) {
        const { idle } = leave(page);
        toCome.delete(page.pfn);
        if (!idle || result !== false || (mode & IsolateMode.asyncMigrate) !== 0) return;
        // Who does not say that it refuses is told so by MP-CAP-001.
        if (!context.capabilities.has('refuses-isolation') || context.unloaded()) return;
        if (isOnlyIsolated(page)) refused(page, 'isolatePage', 'false', 'true');
      },
      migrateEnter: enter,
      step(thread, result) {
        if (thread.kind === OpKind.choose && result !== 0) failed = true;
        // A daemon that was idle works for whoever is here.
        if (calls.size === 0 || thread.daemon || (calls.size === 1 && calls.has(thread))) return;
        for (const [other, call] of calls) if (other !== thread) call.alone = false;
      },
      migrate(_newPage, oldPage, mode, result) {
        const { alone, idle } = leave(oldPage);
        if (!alone || mode !== MigrateMode.sync) return;
        context.trigger('migrate-at-rest');
        if (typeof result !== 'number' || result >= 0 || result === -Errno.ENOMEM) return;
        if (result === -Errno.EAGAIN) refused(oldPage, 'migratePage', '-EAGAIN', '0');
        else if (idle) toCome.set(oldPage.pfn, errnoName(result));
      },
      putback(page) {
        const received = toCome.get(page.pfn);
        toCome.delete(page.pfn);
        if (received !== undefined && isMarked(context.kernel, page) && allIdle())
          refused(page, 'migratePage', received, '0');
      },
    };
  },
};
