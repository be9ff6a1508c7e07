import type { Rule } from '../../rule.js';

/** Nobody sleeps while holding a spinlock. @since 0.1.0 */
export const noSleepInAtomic: Rule = {
  id: 'MP-CTX-001',
  title: 'Nobody sleeps while holding a spinlock',
  statement:
    'No operation that may sleep is called with a spinlock held or in interrupt context, whether or not it would have slept.',
  source: 'include/linux/kernel.h might_sleep',
  level: 'core',
  trigger: 'callback',
  hint: 'drop the spinlock first, or use a try-lock and a deferred path',
  judges: (violation) => violation.code === 'MP_SLEEP_IN_ATOMIC',
};
