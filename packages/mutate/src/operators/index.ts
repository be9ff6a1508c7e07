import type { Operator } from '../operator.js';
import { listOperators } from './lists.js';
import { lockOperators } from './locks.js';
import { markOperators } from './marks.js';
import { migrationOperators } from './migration.js';
import { referenceOperators } from './references.js';
import { resultOperators } from './results.js';
import { stepOperators } from './steps.js';
import { waitOperators } from './waits.js';

/** All operators. Of two that make the same text, the first has it: the narrow stand before the wide. */
export const operators: readonly Operator[] = [
  ...lockOperators,
  ...markOperators,
  ...referenceOperators,
  ...listOperators,
  ...resultOperators,
  ...migrationOperators,
  ...waitOperators,
  ...stepOperators,
];
