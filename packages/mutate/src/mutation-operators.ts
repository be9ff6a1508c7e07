import type { MutationOperator } from './operator.js';
import { operators } from './operators/index.js';

/** All operators that there are. @since 0.1.0 */
export const mutationOperators: readonly MutationOperator[] = operators.map(({ id, title, clauses }) => ({
  id,
  title,
  clauses,
}));
