import type { Rule } from '../../rule.js';

/** Kernel primitives are used as they must be. @since 0.1.0 */
export const primitivesUsedRight: Rule = {
  id: 'MP-API-001',
  title: 'Kernel primitives are used as they must be',
  statement:
    'Operations are run with yield* where they are made, locks are released by who took them, and parameters are what they must be.',
  source: 'include/linux/*: assertions of the primitives',
  level: 'core',
  trigger: 'callback',
  hint: 'read the message: it names the operation and what to write instead',
  /** Whatever misuse no other rule claims: it stands last. */
  judges: (violation) => violation.kind === 'misuse',
};
