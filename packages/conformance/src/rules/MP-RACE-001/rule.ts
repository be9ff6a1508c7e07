import type { Rule } from '../../rule.js';

/** No data race. @since 0.1.0 */
export const noDataRace: Rule = {
  id: 'MP-RACE-001',
  title: 'No data race',
  statement:
    'Two threads never touch the same driver state, page contents or list links at once, one of them writing, without a lock or another order between them.',
  source: 'Documentation/dev-tools/kcsan.rst',
  level: 'concurrency',
  trigger: 'concurrent-callback',
  hint: 'take the lock that guards the state in callbacks too: the VM calls them at any time',
  judges: (violation) => violation.kind === 'race',
};
