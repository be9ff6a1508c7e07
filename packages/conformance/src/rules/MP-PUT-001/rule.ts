import type { Page } from '@movable-pages/core';
import { changesSince, markState, type StateMark } from '../../judge/state-mark.js';
import type { Rule, WatchContext } from '../../rule.js';

/** What one thread has isolated and not settled yet. */
interface OpenBatch {
  readonly state: StateMark;
  readonly lists: { readonly page: Page; readonly list: string | null }[];
  pages: number;
  /** A page of it was migrated, or another thread was in the driver meanwhile: the state is not what it was, rightly. */
  spoiled: boolean;
}

function listName(context: WatchContext, page: Page): string | null {
  return context.kernel.lists.listOf(page.pfn)?.name ?? null;
}

function place(list: string | null): string {
  return list === null ? 'on no list' : `on ${list}`;
}

function close(open: Map<number, OpenBatch>, context: WatchContext): void {
  const { id } = context.thread();
  open.get(id)?.state.release();
  open.delete(id);
}

/** Putback undoes isolation. @since 0.1.0 */
export const putbackUndoesIsolate: Rule = {
  id: 'MP-PUT-001',
  title: 'Putback undoes isolation',
  statement:
    'After isolatePage and putbackPage the driver state is what it was: the same pages on the same lists, the same counters.',
  source: 'page_migration.rst, "putback_page"',
  level: 'core',
  trigger: 'putback',
  hint: 'putbackPage must do the exact reverse of isolatePage, whatever happened in between; a statistic, which nobody takes back, belongs into a word() and not into shared() state',
  watch(context) {
    const open = new Map<number, OpenBatch>();
    return {
      begin: () => open.clear(),
      step(thread) {
        if (open.size === 0 || thread.runningParty !== 'driver') return;
        for (const [id, batch] of open) if (id !== thread.id) batch.spoiled = true;
      },
      isolateEnter(page) {
        const id = context.thread().id;
        const batch = open.get(id);
        if (batch === undefined)
          open.set(id, {
            state: markState(context, page),
            lists: [{ page, list: listName(context, page) }],
            pages: 0,
            spoiled: false,
          });
        else batch.lists.push({ page, list: listName(context, page) });
      },
      isolate(_page, _mode, result) {
        const batch = open.get(context.thread().id);
        if (batch !== undefined && result === true) batch.pages++;
        else if (batch?.pages === 0) close(open, context);
      },
      migrate(_newPage, _oldPage, _mode, result) {
        const batch = open.get(context.thread().id);
        if (batch !== undefined && result === 0) batch.spoiled = true;
      },
      putback(page) {
        const batch = open.get(context.thread().id);
        if (batch === undefined) return;
        const was = batch.lists.find((entry) => entry.page === page);
        if (was !== undefined && !batch.spoiled && was.list !== listName(context, page)) {
          context.broken({
            title: `putbackPage left ${page} ${place(listName(context, page))}, which was ${place(was.list)} when it was isolated`,
            expected: `${page} ${place(was.list)}`,
            received: place(listName(context, page)),
            subject: 'putbackPage list',
          });
        }
        if (--batch.pages > 0) return;
        const changes = batch.spoiled ? [] : changesSince(context, batch.state, page);
        close(open, context);
        if (changes.length === 0) return;
        context.broken({
          title: `isolatePage and putbackPage of ${page} together changed the driver`,
          expected: 'the driver as it was before isolatePage',
          received: changes.join('; '),
          subject: 'putbackPage state',
        });
      },
    };
  },
};
