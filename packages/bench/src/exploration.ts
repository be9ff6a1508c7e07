import { explore, type ExploreOptions, type ExploreResult, type SearchKind } from '@movable-pages/explore';
import { fastCheckRuns } from './fast-check-runs.js';
import { grouped, median, say } from './measure.js';
import { rateInOwnProcess, reportRate, taskOfProcess } from './own-process.js';
import { standardModel, type StandardModelOptions } from './standard-model.js';

const ROUNDS = 5;
const SEEDS = 51;
const SAMPLES = 60_000;
const FAST_CHECK_SAMPLES = 4000;
const FAST_CHECK = 'fast-check';
const NO_LIMIT = 10_000_000;

const one: StandardModelOptions = { pages: 1, drivers: 1, rounds: 1 };
const two: StandardModelOptions = { pages: 1, drivers: 1, rounds: 2 };
/** A reduced search of the others ends too soon to be timed. */
const larger: StandardModelOptions = { pages: 2, drivers: 2, rounds: 2 };

const searches: Readonly<Record<string, ExploreOptions>> = {
  naive: { search: 'exhaustive', naive: true },
  'naive, at most 2 preemptions': { search: 'bounded', preemptions: 2, naive: true },
  'reduced, at most 2 preemptions': { search: 'bounded', preemptions: 2 },
  reduced: { search: 'exhaustive' },
};

/** What searches of the standard model cost and find, beside the scheduler of fast-check, in one run. */
export async function exploration(): Promise<void> {
  const task = taskOfProcess();
  if (task !== null) return timeTask(task);
  say('the standard model: one VM thread, one driver thread of k rounds, one page');
  counts();
  await rates();
  await plantedBug();
}

function run(model: StandardModelOptions, options: ExploreOptions): ExploreResult {
  return explore(
    { machine: standardModel(model), monitors: [] },
    { maxExecutions: NO_LIMIT, sampled: 0, afterFirst: 0, shorten: false, ...options },
  );
}

function counts(): void {
  row('executions of the whole search', 'k = 1', 'k = 2');
  for (const [name, options] of Object.entries(searches)) {
    row(`  ${name}`, grouped(run(one, options).executions), grouped(run(two, options).executions));
  }
}

/** What is timed, each in processes of its own: models, and on each the ways to run executions of it. */
const timed: readonly {
  readonly what: string;
  readonly model: StandardModelOptions;
  readonly ways: readonly string[];
}[] = [
  { what: 'k = 2', model: two, ways: ['random', 'pct', 'naive', FAST_CHECK] },
  { what: 'two drivers and pages, k = 2', model: larger, ways: ['reduced', 'random', FAST_CHECK] },
];

/** Runs a fixed number of executions in one of these ways; gives how many. */
async function executions(model: StandardModelOptions, way: string): Promise<number> {
  if (way === FAST_CHECK) return (await fastCheckRuns(model, FAST_CHECK_SAMPLES, 1)).executions;
  const options = way === 'random' || way === 'pct' ? { search: way as SearchKind } : searches[way]!;
  return run(model, { maxExecutions: SAMPLES, ...options }).executions;
}

async function rates(): Promise<void> {
  for (const [at, { what, model, ways }] of timed.entries()) {
    const { steps, executions: samples } = run(model, { search: 'random', maxExecutions: SAMPLES });
    say('');
    say(`executions per second of processor time, ${what}: ${Math.round(steps / samples)} operations each`);
    row('', `best of ${ROUNDS}`, 'x fast-check');
    const best = ways.map(() => 0);
    for (let round = 0; round < ROUNDS; round++)
      for (const [i, way] of ways.entries())
        best[i] = Math.max(best[i]!, await rateInOwnProcess('explore', `${at} ${way}`));
    for (const [i, way] of ways.entries())
      row(`  ${way}`, grouped(best[i]!), (best[i]! / best[ways.length - 1]!).toFixed(1));
  }
}

/** In a process that was started for that, times what `task` names. */
async function timeTask(task: string): Promise<void> {
  const [at, ...way] = task.split(' ');
  await reportRate(() => executions(timed[Number(at)]!.model, way.join(' ')));
}

async function plantedBug(): Promise<void> {
  const planted = { ...two, planted: true };
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  const until = (options: ExploreOptions) => run(planted, options).executions;
  say('');
  say('executions until the planted bug is found, k = 2');
  for (const [name, options] of Object.entries(searches)) row(`  ${name}`, grouped(until(options)));
  for (const search of ['random', 'pct'] as const) {
    row(
      `  ${search}, median of ${SEEDS} seeds`,
      grouped(median(seeds.map((seed) => until({ search, seed })))),
    );
  }
  const peer: number[] = [];
  for (const seed of seeds) peer.push((await fastCheckRuns(planted, FAST_CHECK_SAMPLES, seed)).executions);
  row(`  fast-check, median of ${SEEDS} seeds`, grouped(median(peer)));
}

function row(name: string, ...cells: readonly string[]): void {
  say(name.padEnd(44) + cells.map((cell) => cell.padStart(14)).join(''));
}
