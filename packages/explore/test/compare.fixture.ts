import { expect } from 'vitest';
import { search } from './random-programs.fixture.ts';

/** Compares the endings of the reduced and the naive search of programs 1 to `programs`. */
export function compare(
  programs: number,
  bound: number,
  limit: number,
): { compared: number; naive: number; reduced: number } {
  const sum = { compared: 0, naive: 0, reduced: 0 };
  const whole = bound === Infinity;
  for (let seed = 1; seed <= programs; seed++) {
    const all = search(seed, bound, true, limit);
    if (!all.result.phases.every((phase) => phase.complete)) continue;
    const some = search(seed, bound, false, limit);
    const endings = (of: typeof all) => [...(whole ? of.endings.whole : of.endings.local)].sort();
    expect(endings(some), `program ${seed}`).toEqual(endings(all));
    sum.naive += all.result.executions;
    sum.reduced += some.result.executions;
    sum.compared++;
  }
  return sum;
}
