import type { ExploreOptions } from './explore-options.js';
import type { ExploreResult, Found } from './explore-result.js';
import type { Program } from './execution.js';
import { hiddenState } from './hidden-state.js';
import { lookAgain, replaySchedule } from './look-again.js';
import type { Best } from './saved.js';
import type { Search } from './search.js';
import { shorten } from './shorten.js';
import { violationKey } from './violation.js';
import type { WorkUnit } from './work-unit.js';

/** What a search came to: its findings shortened and looked at again, its coverage in figures. */
export function harvest(
  program: Program,
  search: Search,
  options: ExploreOptions,
  unit: WorkUnit,
): ExploreResult {
  const { lockOrder } = search.executor;
  const found = [...search.best.values()].map((best) => look(program, search, options, best));
  lockOrder?.prove(null, null);
  const hidden =
    options.fresh === undefined ? null : hiddenState(search.executor, options.fresh, search.samples.all);
  if (hidden !== null) found.push(hidden);
  const { phases, totals } = search;
  const complete = phases.filter((phase) => phase.complete);
  const unbounded =
    !search.hides() &&
    complete.some(({ search: kind, cut }) => kind === 'exhaustive' || (kind === 'bounded' && !cut));
  const exhausted = complete.some(
    ({ search: kind, cut }) => (kind === 'exhaustive' || kind === 'bounded') && !cut,
  );
  const levels = complete
    .filter(({ search: kind }) => kind === 'bounded')
    .map(({ preemptions }) => preemptions!);
  return {
    found,
    executions: totals.executions,
    steps: totals.steps,
    completedPreemptions: Math.max(-1, ...levels, ...(unbounded ? [options.preemptions ?? 2] : [])),
    unbounded,
    exhausted,
    longest: totals.longest,
    deepest: totals.deepest,
    stop:
      found.length > 0 && search.stop !== 'interrupted' && search.stop !== 'time'
        ? 'violation'
        : (search.stop ?? 'bound'),
    abandoned: totals.abandoned,
    sampled: totals.sampled,
    faults: options.faults ?? 1,
    phases: [...phases],
    endings: search.endings.save(),
    digest: search.digest.toString(),
    milliseconds: search.milliseconds,
    units: { done: [unit.index], of: unit.count },
    lockFacts: [...(lockOrder?.facts ?? [])],
    saved: null,
  };
}

function look(program: Program, search: Search, options: ExploreOptions, best: Best): Found {
  const { occurrences, firstExecution } = best;
  search.executor.lockOrder?.prove(best.schedule, best.outcome.violation);
  if (best.outcome.violation!.kind === 'non-determinism') {
    const { trace, violation: again } = replaySchedule(program, best.schedule, {
      maxSteps: options.maxSteps ?? 5000,
    });
    const { outcome, schedule } = best;
    const violation = outcome.violation!;
    // If it shows between two executions, one replay cannot show it, and there is nothing to be shortened.
    if (again === null || violationKey(again) !== best.key)
      return {
        violation,
        schedule,
        steps: outcome.steps,
        preemptions: outcome.preemptions,
        faults: outcome.faults,
        occurrences,
        firstExecution,
        counterexample: { violation, trace, schedule, steps: outcome.steps },
        shortening: null,
      };
  }
  const short =
    options.shorten === false
      ? { ...best, shortening: null }
      : shorten(search.executor, best.schedule, best.outcome, options.faults ?? 1);
  const counterexample = lookAgain(program, search.executor, short.schedule, short.outcome);
  return {
    violation: counterexample.violation,
    schedule: counterexample.schedule,
    steps: short.outcome.steps,
    preemptions: short.outcome.preemptions,
    faults: short.outcome.faults,
    occurrences,
    firstExecution,
    counterexample,
    shortening: short.shortening,
  };
}
