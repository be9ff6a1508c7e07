import type { Violation } from '@movable-pages/explore';
import type { Rule } from '../../rule.js';

const SLIP_HINT =
  'the model itself went wrong here, as C does at a null pointer: look what the line expects to be there, and who may have taken it away';

/** Whether the engine threw, at a slip of the model, and not the model on purpose. */
function isSlip({ details }: Violation): boolean {
  return /^(?:TypeError|ReferenceError|RangeError): /.test(details.received ?? '');
}

/** Callbacks and user operations do not throw. @since 0.1.0 */
export const callbacksDoNotThrow: Rule = {
  id: 'MP-CALL-002',
  title: 'Callbacks and user operations do not throw',
  statement: 'No callback and no operation of the user API ends with an exception.',
  source: 'the kernel has none',
  level: 'core',
  trigger: 'callback',
  hint: 'return an error number or false instead',
  hintFor: (violation) => (isSlip(violation) ? SLIP_HINT : undefined),
  judges: (violation) => violation.kind === 'throw',
};
