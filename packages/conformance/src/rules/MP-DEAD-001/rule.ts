import type { Rule } from '../../rule.js';

/** No deadlock and no lost wake-up. @since 0.1.0 */
export const noDeadlock: Rule = {
  id: 'MP-DEAD-001',
  title: 'No deadlock and no lost wake-up',
  statement:
    'In no schedule do threads wait for each other, for themselves, or for a wake-up that has come and gone; and all take their locks in one order.',
  source: 'Documentation/locking/lockdep-design.rst; lock order of mm/rmap.c',
  level: 'concurrency',
  trigger: 'concurrent-callback',
  hint: 'page lock before driver locks; where the order must be turned round, try and return -EAGAIN',
  judges: (violation) =>
    violation.kind === 'deadlock' ||
    violation.kind === 'lock-order' ||
    violation.code === 'MP_RECURSIVE_LOCK',
};
