import {
  explore,
  renderCounterexample,
  type ExploreOptions,
  type ExploreResult,
  type Found,
  type Program,
} from '@movable-pages/explore';
import { detectorsOf } from '../detector.js';
import type { Exhibit, VmTwins } from '../exhibit.js';
import { brokenBudget, repairedBudget } from './budget.js';
import type { Playing, Searched, Shown } from './playing.js';

/** Has the explorer and core's checks judge both twins of an exhibit of the VM. */
export function playVm(exhibit: Exhibit, twins: VmTwins): Playing {
  const broken = search(twins.broken(), twins, brokenBudget.maxExecutions);
  const repaired = search(twins.repaired(), twins, repairedBudget.maxExecutions);
  const shown = broken.found.map((found) => show(found, broken, twins));
  const right = shown.find(({ detectors }) => detectors.some((each) => exhibit.detectors.includes(each)));
  const complaint = repaired.found[0]?.violation;
  return {
    exhibit,
    caught: right !== undefined,
    finding: right ?? shown[0] ?? null,
    brokenSearched: [searchedIn(broken, twins)],
    clean: complaint === undefined,
    complaint: complaint === undefined ? null : `${complaint.code}: ${complaint.message}`,
    repairedSearched: [searchedIn(repaired, twins)],
  };
}

function search(program: Program, twins: VmTwins, maxExecutions: number): ExploreResult {
  const options: ExploreOptions = {
    search: 'bounded',
    preemptions: twins.preemptions,
    faults: twins.faults,
    maxExecutions,
    maxSteps: brokenBudget.maxSteps,
    endings: false,
  };
  return explore(program, options);
}

function searchedIn(result: ExploreResult, twins: VmTwins): Searched {
  return {
    scenario: twins.scene,
    schedules: result.executions,
    preemptions: result.completedPreemptions,
    faults: result.faults,
    complete: result.exhausted || result.completedPreemptions >= twins.preemptions,
  };
}

function show(found: Found, result: ExploreResult, twins: VmTwins): Shown {
  const { violation } = found;
  return {
    detectors: detectorsOf(violation.code, violation.message),
    rule: null,
    code: violation.code,
    title: violation.message,
    scenario: twins.scene,
    schedules: result.executions,
    preemptions: found.preemptions,
    faults: found.faults,
    steps: found.steps,
    text: (options) => renderCounterexample(found, options),
  };
}
