import { expect } from 'vitest';
import { search, type Flavour } from './random-programs.fixture.ts';

/** What a comparison came to, over all programs that the naive search could finish. */
export interface Comparison {
  compared: number;
  naive: number;
  reduced: number;
  abandoned: number;
  races: number;
  deadlocks: number;
}

/** Compares what the reduced and the naive search of programs 1 to `programs` see: endings, deadlocks, races. */
export function compare(
  programs: number,
  bound: number,
  limit: number,
  flavour: Flavour = 'none',
): Comparison {
  const sum = { compared: 0, naive: 0, reduced: 0, abandoned: 0, races: 0, deadlocks: 0 };
  const whole = bound === Infinity;
  for (let seed = 1; seed <= programs; seed++) {
    const all = search(seed, bound, true, limit, flavour);
    if (!all.result.phases.every((phase) => phase.complete)) continue;
    const some = search(seed, bound, false, limit, flavour);
    const kinds = (of: typeof all) =>
      [...new Set(of.result.found.map(({ violation }) => violation.kind))].sort();
    expect(kinds(some), `program ${seed}`).toEqual(kinds(all));
    // After a race the values depend on who came first, which the reduction does not vary.
    if (!kinds(all).includes('race')) {
      const endings = (of: typeof all) => [...(whole ? of.endings.whole : of.endings.local)].sort();
      expect(endings(some), `program ${seed}`).toEqual(endings(all));
    }
    sum.naive += all.result.executions;
    sum.reduced += some.result.executions;
    sum.abandoned += some.result.abandoned;
    sum.races += Number(kinds(all).includes('race'));
    sum.deadlocks += Number(kinds(all).includes('deadlock'));
    sum.compared++;
  }
  return sum;
}
