import type { Inventory } from '@movable-pages/core';
import { describeValue } from '../../judge/describe-value.js';
import { pagesHeld } from '../../judge/page-facts.js';
import type { Rule, WatchContext } from '../../rule.js';

type Problem = Parameters<WatchContext['broken']>[0];

function words({ pages, objects }: Inventory): string {
  return `pages ${pages}, objects ${objects}`;
}

/** What is wrong with the driver's own count, or null. */
function compare(context: WatchContext, when: string, right: Inventory): Problem | null {
  let said: unknown;
  try {
    said = context.workload.inspect!();
  } catch (error) {
    said = error;
  }
  const { pages, objects } = (said ?? {}) as Partial<Inventory>;
  if (pages === right.pages && objects === right.objects) return null;
  const received =
    typeof pages === 'number' && typeof objects === 'number'
      ? words({ pages, objects })
      : said instanceof Error
        ? `${said.name}: ${said.message}`
        : describeValue(said);
  return {
    title: `inspect() of the workload is wrong ${when}: it says ${received}`,
    expected: words(right),
    received,
    subject: `inspect ${when}`,
  };
}

/** The driver's own count is true. @since 0.1.0 */
export const inventoryIsTrue: Rule = {
  id: 'MP-INV-001',
  title: "The driver's own count is true",
  statement:
    'What inspect() of the workload says is so: the pages that the driver holds and the objects that users hold, before the threads begin and after everything is freed.',
  source: 'balloon isolated_pages, zsmalloc pages_allocated: counters that only reports read',
  level: 'quality',
  trigger: 'inspected',
  optional: { although: 'quiesced', why: 'the workload has no inspect()' },
  hint: 'count in every path that takes or gives a page: allocation, freeing, isolation, putback, both ends of a migration',
  watch(context) {
    // What every execution begins with is the same, so looking once will do.
    let looked = false;
    let atTheStart: Problem | null = null;
    return {
      begin() {
        if (looked || context.workload.inspect === undefined) return;
        looked = true;
        atTheStart = compare(context, 'before the threads begin', {
          pages: pagesHeld(context.kernel),
          objects: context.objects,
        });
      },
      quiesce(unloaded) {
        if (context.workload.inspect === undefined || !unloaded) return;
        context.trigger('inspected');
        const problem = atTheStart ?? compare(context, 'after everything is freed', { pages: 0, objects: 0 });
        if (problem !== null) context.broken(problem);
      },
    };
  },
};
