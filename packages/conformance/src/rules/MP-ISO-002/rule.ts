import { changesSince, markState, type StateMark } from '../../judge/state-mark.js';
import type { Rule } from '../../rule.js';

/** A refused isolation leaves the driver as it was. @since 0.1.0 */
export const refusalChangesNothing: Rule = {
  id: 'MP-ISO-002',
  title: 'A refused isolation leaves the driver as it was',
  statement:
    'When isolatePage returns false, the net change of the driver state by the callback is nothing, and the page is on the list it was on.',
  source: 'mm/migrate.c isolate_movable_page, error path',
  level: 'core',
  trigger: 'isolate-refused',
  needs: 'refuses-isolation',
  hint: 'decide first and change state only when you are about to return true',
  watch(context) {
    // By thread: two compactors may be asking at once.
    const marks = new Map<number, StateMark>();
    return {
      begin: () => marks.clear(),
      isolateEnter: (page) => marks.set(context.thread().id, markState(context, page)),
      isolate(page, _mode, result) {
        const { id } = context.thread();
        const before = marks.get(id);
        const changes = result === false && before !== undefined ? changesSince(context, before, page) : [];
        before?.release();
        marks.delete(id);
        if (changes.length === 0) return;
        context.broken({
          title: `isolatePage refused ${page} and left changes behind`,
          expected: 'the driver as it was before the call',
          received: changes.join('; '),
          subject: 'isolatePage',
        });
      },
    };
  },
};
