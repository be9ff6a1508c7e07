import type { Rule } from '../../rule.js';

const CODES = new Set([
  'MP_UNTRACKED_FIELD',
  'MP_RAW_STORE',
  'MP_NEW_KEY',
  'MP_DELETE_KEY',
  'MP_ARRAY_HOLE',
  'MP_SHARED_CLASS',
  'MP_STALE_REFERENCE',
  'MP_FOREIGN_VALUE',
  'MP_LATE_LOCK',
  'MP_NO_MACHINE',
]);

/** The driver keeps its state where it can be seen. @since 0.1.0 */
export const trackedStateOnly: Rule = {
  id: 'MP-DET-001',
  title: 'The driver keeps its state where it can be seen',
  statement:
    'All state that changes lives in shared() objects and machine primitives; nothing depends on time, chance or earlier runs.',
  source: 'the method: a schedule must do the same twice',
  level: 'core',
  trigger: 'callback',
  hint: 'wrap mutable state in shared(), and use now() and random() of the machine',
  judges: (violation) => violation.kind === 'non-determinism' || CODES.has(violation.code),
};
