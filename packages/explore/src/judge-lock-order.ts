import { describeLockOrder, isDeadlockOf } from './detectors/describe-lock-order.js';
import { LockGraph, type LockEdge } from './detectors/lock-graph.js';
import { Executor, type Program } from './execution.js';
import type { ExploreResult, Found } from './explore-result.js';
import { NO_EVIDENCE } from './schedule.js';
import { lookAgain } from './look-again.js';
import { Replay } from './strategies/replay.js';
import { underWatch } from './under-watch.js';
import { violationKey, type Violation } from './violation.js';

/**
 * Judges the order of locks over all work units of a merged result: each unit by itself may have seen only a part of a
 * cycle. {@link explore} does it for the units that it searched; whoever merges results of several processes does it
 * afterwards.
 *
 * @since 0.1.0
 */
export function judgeLockOrder(
  program: Program,
  result: ExploreResult,
  options: { maxSteps?: number } = {},
): ExploreResult {
  const graph = new LockGraph();
  const found = new Map(result.found.map((each) => [violationKey(each.violation), each]));
  const known = found.size;
  for (const fact of result.lockFacts) {
    const cycle = graph.add(fact);
    if (cycle === null) continue;
    const violation = describeLockOrder(cycle, graph.writersOf(cycle));
    const key = violationKey(violation);
    if (found.has(key) || result.found.some((each) => isDeadlockOf(each.violation, violation))) continue;
    found.set(key, prove(program, graph, cycle, violation, options.maxSteps ?? 5000));
  }
  return found.size === known ? result : { ...result, found: [...found.values()], stop: 'violation' };
}

function prove(
  program: Program,
  graph: LockGraph,
  cycle: readonly LockEdge[],
  violation: Violation,
  maxSteps: number,
): Found {
  const facts = [...new Set([...cycle.flatMap((edge) => edge.facts), ...graph.writersOf(cycle)])];
  const evidence = facts.length > 1 ? facts.slice(0, -1).map((fact) => fact.schedule) : NO_EVIDENCE;
  const schedule = { ...facts[facts.length - 1]!.schedule, evidence };
  return underWatch(program, () => {
    const executor = new Executor(program, maxSteps);
    executor.lockOrder!.prove(schedule, violation);
    const replay = new Replay(schedule);
    replay.nextExecution();
    const outcome = executor.run(replay);
    const counterexample = lookAgain(program, executor, schedule, { ...outcome, violation });
    return {
      violation: counterexample.violation,
      schedule,
      steps: outcome.steps,
      preemptions: outcome.preemptions,
      faults: outcome.faults,
      occurrences: 1,
      firstExecution: 1,
      counterexample,
      shortening: null,
    };
  });
}
