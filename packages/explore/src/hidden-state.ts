import { withAmbient, type KThread } from '@movable-pages/machine';
import { Executor, type Program } from './execution.js';
import type { Found } from './explore-result.js';
import { innermost } from './innermost.js';
import { replayDecisions } from './look-again.js';
import type { SavedSample } from './samples.js';
import { Follow } from './strategies/follow.js';
import type { Violation } from './violation.js';

/** Steps that an execution on a fresh program may take more than the sample did. */
const SLACK = 1000;

/**
 * Runs sampled executions of a search again, each on a program made for it. One that does something else there found in the
 * search what an earlier execution had left: state outside of `shared()` and machine words.
 *
 * @returns The finding, or null if all did the same.
 */
export function hiddenState(
  executor: Executor,
  fresh: () => Program,
  samples: readonly SavedSample[],
): Found | null {
  for (const sample of samples) {
    const there = run(fresh(), sample);
    if (there.footprint.sum === sample.sum) continue;
    return describe(fresh(), executor, there, sample);
  }
  return null;
}

function run(program: Program, sample: SavedSample): Executor {
  return withAmbient(program.machine, () => {
    const executor = new Executor(program, sample.decisions.length + SLACK);
    const follow = new Follow(program.machine, sample.decisions);
    follow.nextExecution();
    executor.run(follow);
    return executor;
  });
}

function describe(program: Program, here: Executor, there: Executor, sample: SavedSample): Found {
  const again = here.runAgain(sample.decisions);
  const differs = firstDifference(again, there.footprint.steps());
  const until = sample.decisions.slice(0, differs === null ? undefined : differs + 2);
  const { trace, schedule, outcome } = replayDecisions(program, until);
  const ops = trace.filter((entry) => entry.kind === 'op' || entry.kind === 'note');
  const at = differs === null ? null : (ops[differs] ?? null);
  const where =
    at === null ? '' : `: it diverges at step ${differs! + 1}, where ${at.thread} does "${at.text}"`;
  const thread: KThread | null = program.machine.threads.find(({ name }) => name === at?.thread) ?? null;
  const violation: Violation = {
    kind: 'non-determinism',
    code: 'MP_HIDDEN_STATE',
    message: `the same schedule does something else on a program made anew${where}`,
    subject: at?.scope ?? at?.thread ?? 'the program',
    thread: at?.thread ?? null,
    scope: at?.scope ?? (thread === null ? null : innermost(thread)),
    party: at?.party ?? null,
    details: {
      here: at?.site,
      expected: 'nothing of an earlier execution is left when the next begins',
      received: `execution ${sample.execution} of the search went another way than the same schedule on a program made anew`,
    },
    hint: 'keep everything that changes in shared() or machine words: variables of closures and modules and #private fields are not restored between executions',
  };
  return {
    violation,
    schedule,
    steps: outcome?.steps ?? 0,
    preemptions: outcome?.preemptions ?? 0,
    faults: outcome?.faults ?? 0,
    occurrences: 1,
    firstExecution: sample.execution,
    counterexample: { violation, trace, schedule, steps: outcome?.steps ?? 0 },
    shortening: null,
  };
}

function firstDifference(a: Int32Array, b: Int32Array): number | null {
  for (let i = 0; i < Math.max(a.length, b.length); i++) if (a[i] !== b[i]) return i;
  return null;
}
