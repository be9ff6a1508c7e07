import type { ExploreOptions } from './explore-options.js';
import type { ExploreResult } from './explore-result.js';
import type { Program } from './execution.js';
import { harvest } from './harvest.js';
import { judgeLockOrder } from './judge-lock-order.js';
import { emptyResult, mergeResults } from './merge-results.js';
import type { SavedExploration } from './saved.js';
import { Search } from './search.js';
import { underWatch } from './under-watch.js';
import { workUnits } from './work-units.js';

/**
 * Searches the schedules of a program and judges each. By default it tries all that differ in more than the order of steps
 * which do not matter to each other; if half of the budget does not suffice, it goes on with all that have no preemption,
 * then one, then two (Musuvathi and Qadeer's iterative context bounding); if that does not come to its end either, it
 * samples. The result says how far it came. What is found is shortened and replayed twice for its trace.
 *
 * Deterministic: the same program and options give the same result, unless a clock is given.
 *
 * @throws RangeError if `resume` is not of this search, or `shard` asks for a part that is not there.
 * @since 0.1.0
 */
export function explore(program: Program, options: ExploreOptions = {}): ExploreResult {
  return underWatch(program, () => {
    const { units, of } = workUnits(program, options);
    const done: ExploreResult[] = [...(options.resume?.done ?? [])];
    const known = new Set(done.flatMap((result) => result.units.done));
    for (const unit of units) {
      if (known.has(unit.index)) continue;
      const save = (): SavedExploration => ({
        format: 1,
        done: [...done],
        running: { unit: unit.index, search: search.save() },
      });
      const search = new Search(program, options, unit, () => options.onSave?.(save, false));
      const running = options.resume?.running;
      if (running?.unit === unit.index) search.restore(running.search);
      search.run();
      if (search.stop === 'interrupted' || search.stop === 'time') {
        options.onSave?.(save, true);
        const saved = save();
        return { ...mergeResults([...done, harvest(program, search, options, unit)]), saved };
      }
      done.push(harvest(program, search, options, unit));
    }
    if (done.length === 0) return emptyResult(of, options.faults ?? 1);
    const merged = mergeResults(done);
    return done.length > 1 && program.lockOrder !== false ? judgeLockOrder(program, merged, options) : merged;
  });
}
