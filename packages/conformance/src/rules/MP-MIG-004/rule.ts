import { errnoName } from '@movable-pages/core';
import { differences, factsOf, type PageFacts } from '../../judge/page-facts.js';
import { changesSince, markState, type StateMark } from '../../judge/state-mark.js';
import type { Rule } from '../../rule.js';

function referenceChange(what: string, delta: number): string[] {
  return delta === 0 ? [] : [`references of the driver on the ${what}: ${delta > 0 ? '+' : ''}${delta}`];
}

/** A failed migration leaves both pages as they were. @since 0.1.0 */
export const failureChangesNothing: Rule = {
  id: 'MP-MIG-004',
  title: 'A failed migration leaves both pages as they were',
  statement:
    'When migratePage returns an error, the source is marked, referenced and linked as before, the target carries no trace of the driver, and the net change of the driver state is nothing.',
  source: 'mm/migrate.c unmap_and_move: the target goes back to its allocator',
  level: 'core',
  trigger: 'migrate-failed',
  hint: 'undo every step before you return an error; do what cannot fail last; a statistic, which nobody takes back, belongs into a word() and not into shared() state',
  watch(context) {
    // By thread: two compactors may be asking at once.
    const marks = new Map<number, { state: StateMark; source: PageFacts; target: PageFacts }>();
    return {
      begin: () => marks.clear(),
      migrateEnter(newPage, oldPage) {
        marks.set(context.thread().id, {
          state: markState(context, oldPage),
          source: factsOf(context.kernel, oldPage),
          target: factsOf(context.kernel, newPage),
        });
      },
      migrate(newPage, oldPage, _mode, result) {
        const { id } = context.thread();
        const before = marks.get(id);
        if (before === undefined) return;
        const { state, source, target } = before;
        marks.delete(id);
        const failed = typeof result === 'number' && result < 0;
        const changes = failed
          ? [
              ...differences('source', source, factsOf(context.kernel, oldPage)),
              ...differences('target', target, factsOf(context.kernel, newPage)),
              ...referenceChange('source', context.callbackReferences(oldPage)),
              ...referenceChange('target', context.callbackReferences(newPage)),
              ...changesSince(context, state, oldPage),
            ]
          : [];
        state.release();
        if (changes.length === 0) return;
        context.broken({
          title: `migratePage of ${oldPage} returned ${errnoName(result as number)} and left changes behind`,
          expected: 'both pages and the driver as they were',
          received: changes.join('; '),
          subject: 'migratePage',
        });
      },
    };
  },
};
