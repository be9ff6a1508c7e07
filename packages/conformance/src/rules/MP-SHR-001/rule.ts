import { describeValue } from '../../judge/describe-value.js';
import type { Rule } from '../../rule.js';

/** Where a page that is let go of is none that shrinking gave back. */
const ELSEWHERE = /\.(free|migratePage|unload)$/;

const SHRINK = /\.shrink$/;

/** What shrinking gives back is given back. @since 0.1.0 */
export const shrinkIsTrue: Rule = {
  id: 'MP-SHR-001',
  title: 'What shrinking gives back is given back',
  statement:
    'shrink() of the workload gives a whole number of pages, and the driver lets go of as many by the time everything is freed: itself, in its own worker, or when the VM gives the page back.',
  source: 'include/linux/shrinker.h scan_objects',
  level: 'lifecycle',
  trigger: 'shrunk',
  needs: 'shrinks',
  optional: { although: 'shrink-asked', why: 'shrink() found nothing to give back in any schedule' },
  hint: 'count a page when you let go of it, not when you decide to',
  watch(context) {
    let promised = 0;
    let given = 0;
    /** Pages that shrinking has done with, by number. */
    const cleared = new Set<number>();
    /** References of the driver's by the thread that took them: `thread:page`. */
    const taken = new Set<string>();
    const inside = (scopes: RegExp) => scopes.test(context.thread().scope?.what ?? '');
    context.kernel.events.on('clear_page_movable', ({ page }) => {
      if (inside(SHRINK)) cleared.add(page.pfn);
    });
    return {
      begin() {
        promised = 0;
        given = 0;
        cleared.clear();
        taken.clear();
      },
      reference({ pfn }, party, delta, held) {
        if (party !== 'driver') return;
        const key = `${context.thread().id}:${pfn}`;
        if (delta > 0) {
          taken.add(key);
          return;
        }
        const own = taken.delete(key);
        if (held > 0) return;
        // Whoever waited for the page with a reference of his own may be the last, wherever he is.
        const waited = cleared.delete(pfn) && own;
        if (waited || !inside(ELSEWHERE)) given++;
      },
      shrink(result) {
        if (!Number.isInteger(result) || (result as number) < 0) {
          context.broken({
            title: 'shrink() of the workload does not say how many pages it freed',
            expected: 'a whole number, 0 or more',
            received: describeValue(result),
            subject: 'shrink result',
          });
          return;
        }
        promised += result as number;
        if (promised > 0) context.trigger('shrunk');
      },
      quiesce(unloaded) {
        if (!unloaded || promised <= given) return;
        context.broken({
          title: `shrink() of the workload says more than the driver let go of`,
          expected: `at most ${given}`,
          received: String(promised),
          subject: 'shrink count',
        });
      },
    };
  },
};
