import { operators } from './operators/index.js';
import type { MutantReport, MutationReport, OperatorReport, Outcome } from './report.js';

/** The figures of mutants: by outcome, by operator, and the score. */
export function summarise(
  mutants: readonly MutantReport[],
): Pick<MutationReport, 'counts' | 'operators' | 'score'> {
  const count = (of: readonly MutantReport[], outcome: Outcome) =>
    of.filter((mutant) => mutant.outcome === outcome).length;
  const counts = {
    killed: count(mutants, 'killed'),
    survived: count(mutants, 'survived'),
    undecided: count(mutants, 'undecided'),
    ignored: count(mutants, 'ignored'),
    'not-run': count(mutants, 'not-run'),
  };
  const judged = counts.killed + counts.survived + counts.undecided;
  return {
    counts,
    score: judged === 0 ? null : counts.killed / judged,
    operators: operators.flatMap(({ id, title, clauses }): OperatorReport[] => {
      const own = mutants.filter(({ operator }) => operator === id);
      if (own.length === 0) return [];
      return [
        {
          id,
          title,
          clauses,
          made: own.length,
          killed: count(own, 'killed'),
          survived: count(own, 'survived') + count(own, 'undecided'),
          ignored: count(own, 'ignored'),
          by: killers(own),
        },
      ];
    }),
  };
}

function killers(mutants: readonly MutantReport[]): OperatorReport['by'] {
  const counts = new Map<string, number>();
  for (const { kill } of mutants) {
    if (kill === null) continue;
    for (const id of kill.by) {
      const what = kill.how === 'rule' ? id : `${kill.how} ${id}`;
      counts.set(what, (counts.get(what) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([what, times]) => ({ what, count: times }))
    .toSorted((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1));
}
