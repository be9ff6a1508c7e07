import type { Rule } from '../../rule.js';

/** Callbacks and user operations do not throw. @since 0.1.0 */
export const callbacksDoNotThrow: Rule = {
  id: 'MP-CALL-002',
  title: 'Callbacks and user operations do not throw',
  statement: 'No callback and no operation of the user API ends with an exception.',
  source: 'the kernel has none',
  level: 'core',
  trigger: 'callback',
  hint: 'return an error number or false instead',
  judges: (violation) => violation.kind === 'throw',
};
