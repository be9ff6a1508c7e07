import type { Statement } from '@babel/types';
import { REACHED } from '@movable-pages/conformance';
import { applyEdits } from './edit.js';
import type { Mutant } from './mutant.js';
import type { Source } from './source.js';

/** Numbers the statements that mutants change, and makes texts of the files that tell which of them ran. */
export class Probes {
  private readonly numbers = new Map<Statement, number>();

  constructor(mutants: readonly Mutant[]) {
    for (const { statements } of mutants)
      for (const statement of statements)
        if (!this.numbers.has(statement)) this.numbers.set(statement, this.numbers.size);
  }

  /** The text of a file with a probe before each numbered statement. */
  text(source: Source): string {
    const own = [...this.numbers].filter(([statement]) => source.parentOf(statement) !== null);
    const edits = own.map(([{ start }, number]) => ({
      start: start!,
      end: start!,
      text: `(globalThis.${REACHED} ??= new Set()).add(${number}); `,
    }));
    return applyEdits(source.text, edits);
  }

  /** Whether a mutant can make a difference to a run that reached these numbers. */
  touches(mutant: Mutant, reached: ReadonlySet<number>): boolean {
    return mutant.statements.some((statement) => reached.has(this.numbers.get(statement)!));
  }
}
