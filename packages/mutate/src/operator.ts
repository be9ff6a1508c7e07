import type { Node } from '@babel/types';
import type { Edit } from './edit.js';
import type { Source } from './source.js';

/** One way to break a place of a file. */
export interface Break {
  /** What is changed, for the line in reports: the first node of it. */
  readonly at: Node;
  /** The first belongs to {@link Break.at}. */
  readonly edits: readonly Edit[];
}

/** A kind of mistake that authors make. @since 0.1.0 */
export interface MutationOperator {
  /** Permanent, in lower case with dashes. */
  readonly id: string;
  /** What the mutant does wrong. */
  readonly title: string;
  /** Ids of the clauses of the contract that such a mistake breaks. */
  readonly clauses: readonly string[];
}

/** An operator that can find where it applies. */
export interface Operator extends MutationOperator {
  breaks(source: Source): Iterable<Break>;
}
