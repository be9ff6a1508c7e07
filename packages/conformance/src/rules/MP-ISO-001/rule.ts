import { describeValue } from '../../judge/describe-value.js';
import type { Rule } from '../../rule.js';

/** isolatePage says true or false. @since 0.1.0 */
export const isolateReturnsBoolean: Rule = {
  id: 'MP-ISO-001',
  title: 'isolatePage says true or false',
  statement: 'isolatePage returns true if it gives the page up and false if not, and nothing else.',
  source: 'include/linux/migrate.h movable_operations, isolate_page',
  level: 'core',
  trigger: 'isolate',
  hint: 'return true or false; a callback is a generator function: *isolatePage(page, mode): Op<boolean>',
  watch: (context) => ({
    isolate(page, _mode, result) {
      if (typeof result === 'boolean') return;
      context.broken({
        title: `isolatePage of ${page} returned ${describeValue(result)}`,
        expected: 'true or false',
        received: describeValue(result),
        subject: 'isolatePage',
      });
    },
  }),
};
