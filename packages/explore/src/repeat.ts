import { Executor, type Outcome, type Program } from './execution.js';
import { diverged } from './faults.js';
import { firstDifference } from './hidden-state.js';
import { Follow } from './strategies/follow.js';

/**
 * Runs what an executor ran last twice more, with nobody looking on.
 *
 * @returns What is wrong if that does something else, or null.
 */
export function repeat(program: Program, last: Executor, maxSteps: number): Outcome | null {
  const { machine, partialDeadlocks } = program;
  const bare = { machine, monitors: [], races: false, lockOrder: false };
  const executor = new Executor(
    partialDeadlocks === undefined ? bare : { ...bare, partialDeadlocks },
    maxSteps,
  );
  const decisions = last.lastDecisions();
  const first = last.footprint.steps();
  for (let time = 0; time < 2; time++) {
    const follow = new Follow(machine, decisions);
    follow.nextExecution();
    const outcome = executor.run(follow);
    const at = firstDifference(first, executor.footprint.steps());
    if (at === null) continue;
    const thread = machine.threads[(decisions[at] ?? decisions.at(-1)!).thread]!;
    const how = 'did or saw something else than in the first execution';
    return { ...outcome, violation: diverged(machine, thread, how, at + 1) };
  }
  return null;
}
