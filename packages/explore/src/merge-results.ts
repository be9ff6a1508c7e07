import type { LockFact } from './detectors/lock-graph.js';
import type { SavedEndings } from './endings.js';
import type { ExploreResult, Found, Phase, Stop } from './explore-result.js';
import { addDigests } from './search-digest.js';
import { violationKey } from './violation.js';

/** From the best to the worst: one part that ended badly makes the whole end so. */
const WORST_LAST: readonly Stop[] = [
  'exhausted',
  'bound',
  'executions',
  'steps',
  'time',
  'interrupted',
  'violation',
];

/**
 * Puts the results of several work units together, of one process or of several: the result is that of one search over all
 * of them, whoever did which, in whatever order.
 *
 * @throws RangeError if there is none, or one is there twice, or they are of searches that were cut differently.
 * @since 0.1.0
 */
export function mergeResults(results: readonly ExploreResult[]): ExploreResult {
  // A shard that had nothing to do says nothing of the search.
  const [first = results[0], ...rest] = results.filter((result) => result.units.done.length > 0);
  if (first === undefined) throw new RangeError('there is no result to merge');
  const merged = rest.reduce(mergeTwo, first);
  const units = [...merged.units.done].sort((a, b) => a - b);
  if (new Set(units).size !== units.length)
    throw new RangeError(`a work unit is there twice: ${units.join(', ')}`);
  const entries = [...merged.endings.entries].sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1));
  return {
    ...merged,
    found: [...merged.found].sort(byCost),
    phases: [...merged.phases].sort((a, b) => rank(a) - rank(b)),
    endings: { ...merged.endings, entries },
    lockFacts: inOrder(merged.lockFacts),
    units: { done: units, of: merged.units.of },
  };
}

/** What a search says that had no unit to work on. */
export function emptyResult(units: number, faults: number): ExploreResult {
  return {
    found: [],
    executions: 0,
    steps: 0,
    completedPreemptions: -1,
    unbounded: false,
    exhausted: false,
    longest: 0,
    deepest: 0,
    stop: 'bound',
    abandoned: 0,
    sampled: 0,
    faults,
    phases: [],
    endings: { entries: [], more: 0 },
    digest: '0'.repeat(16),
    milliseconds: null,
    units: { done: [], of: units },
    lockFacts: [],
    saved: null,
  };
}

/** By what they say. There are hundreds: each is put into words once. */
function inOrder(facts: readonly LockFact[]): LockFact[] {
  const said = facts.map((fact) => ({ fact, text: JSON.stringify(fact) }));
  return said.sort((a, b) => (a.text < b.text ? -1 : 1)).map(({ fact }) => fact);
}

function rank(phase: Phase): number {
  return ['exhaustive', 'bounded', 'pct', 'random'].indexOf(phase.search) * 1000 + (phase.preemptions ?? 0);
}

function mergeTwo(a: ExploreResult, b: ExploreResult): ExploreResult {
  if (a.units.of !== b.units.of)
    throw new RangeError(`one search was cut into ${a.units.of} work units, the other into ${b.units.of}`);
  return {
    found: mergeFound(a.found, b.found),
    executions: a.executions + b.executions,
    steps: a.steps + b.steps,
    completedPreemptions: Math.min(a.completedPreemptions, b.completedPreemptions),
    unbounded: a.unbounded && b.unbounded,
    exhausted: a.exhausted && b.exhausted,
    longest: Math.max(a.longest, b.longest),
    deepest: Math.max(a.deepest, b.deepest),
    stop: WORST_LAST[Math.max(WORST_LAST.indexOf(a.stop), WORST_LAST.indexOf(b.stop))]!,
    abandoned: a.abandoned + b.abandoned,
    sampled: a.sampled + b.sampled,
    faults: Math.min(a.faults, b.faults),
    phases: mergePhases(a.phases, b.phases),
    endings: mergeEndings(a.endings, b.endings),
    digest: addDigests(a.digest, b.digest),
    milliseconds: a.milliseconds === null || b.milliseconds === null ? null : a.milliseconds + b.milliseconds,
    units: { done: [...a.units.done, ...b.units.done], of: a.units.of },
    lockFacts: [...a.lockFacts, ...b.lockFacts],
    saved: null,
  };
}

function mergeFound(a: readonly Found[], b: readonly Found[]): Found[] {
  const byKey = new Map<string, Found>();
  for (const found of [...a, ...b]) {
    const key = violationKey(found.violation);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, found);
    else {
      byKey.set(key, {
        ...(isBetter(found, known) ? found : known),
        occurrences: known.occurrences + found.occurrences,
        firstExecution: Math.min(known.firstExecution, found.firstExecution),
      });
    }
  }
  return [...byKey.values()];
}

function isBetter(a: Found, b: Found): boolean {
  return cost(a) < cost(b) || (cost(a) === cost(b) && text(a) < text(b));
}

function cost(found: Found): number {
  return (found.preemptions + found.faults) * 1e6 + found.steps;
}

function text(found: Found): string {
  return JSON.stringify([found.schedule, found.shortening]);
}

function byCost(a: Found, b: Found): number {
  return cost(a) - cost(b) || (violationKey(a.violation) < violationKey(b.violation) ? -1 : 1);
}

function mergePhases(a: readonly Phase[], b: readonly Phase[]): Phase[] {
  const merged: Phase[] = [...a];
  for (const phase of b) {
    const at = merged.findIndex(
      (each) => each.search === phase.search && each.preemptions === phase.preemptions,
    );
    const known = merged[at];
    if (known === undefined) merged.push(phase);
    else
      merged[at] = {
        ...known,
        complete: known.complete && phase.complete,
        cut: known.cut || phase.cut,
        executions: known.executions + phase.executions,
        abandoned: known.abandoned + phase.abandoned,
      };
  }
  return merged;
}

function mergeEndings(a: SavedEndings, b: SavedEndings): SavedEndings {
  const byKey = new Map(a.entries.map((entry) => [entry.key, entry]));
  for (const entry of b.entries) {
    const known = byKey.get(entry.key);
    byKey.set(
      entry.key,
      known === undefined
        ? entry
        : {
            ...known,
            executions: known.executions + entry.executions,
            firstExecution: Math.min(known.firstExecution, entry.firstExecution),
          },
    );
  }
  return { entries: [...byKey.values()], more: a.more + b.more };
}
