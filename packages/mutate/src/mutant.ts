import type { Statement } from '@babel/types';
import type { Edit } from './edit.js';
import type { MutationOperator } from './operator.js';
import type { Source } from './source.js';

/** Lines of a file, and what stands there in a mutant. @since 0.1.0 */
export interface Hunk {
  /** Number of the first line, from 1. */
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A driver with one mistake. */
export interface Mutant {
  /** `skip-put@src/driver.ts:54`; a number follows if there are several. */
  readonly id: string;
  readonly operator: MutationOperator;
  readonly source: Source;
  readonly line: number;
  readonly edits: readonly Edit[];
  readonly hunks: readonly Hunk[];
  /** The statements that must run for the mistake to show. */
  readonly statements: readonly Statement[];
}
