import { explore, type ExploreOptions, type ExploreResult } from '@movable-pages/explore';
import { fastCheckRuns } from './fast-check-runs.js';
import { bestRates, grouped, median, say } from './measure.js';
import { standardModel, type StandardModelOptions } from './standard-model.js';

const ROUNDS = 7;
const SEEDS = 51;
const SAMPLES = 20_000;
const FAST_CHECK_SAMPLES = 2000;
const NO_LIMIT = 10_000_000;

const one: StandardModelOptions = { pages: 1, drivers: 1, rounds: 1 };
const two: StandardModelOptions = { pages: 1, drivers: 1, rounds: 2 };
/** A reduced search of the others ends too soon to be timed. */
const threeThreads: StandardModelOptions = { pages: 1, drivers: 2, rounds: 1 };

const searches: Readonly<Record<string, ExploreOptions>> = {
  naive: { search: 'exhaustive', naive: true },
  'naive, at most 2 preemptions': { search: 'bounded', preemptions: 2, naive: true },
  'reduced, at most 2 preemptions': { search: 'bounded', preemptions: 2 },
  reduced: { search: 'exhaustive' },
};

/** What searches of the standard model cost and find, beside the scheduler of fast-check, in one run. */
export async function exploration(): Promise<void> {
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

async function rates(): Promise<void> {
  const sampled = (search: 'pct' | 'random', model = two) => {
    return () => run(model, { search, maxExecutions: SAMPLES }).executions;
  };
  const best = await bestRates(ROUNDS, {
    random: sampled('random'),
    pct: sampled('pct'),
    naive: () => run(two, { ...searches['naive'], maxExecutions: SAMPLES }).executions,
    'fast-check': async () => (await fastCheckRuns(two, FAST_CHECK_SAMPLES, 1)).executions,
    'reduced, three threads': () =>
      run(threeThreads, { ...searches['reduced'], maxExecutions: SAMPLES }).executions,
    'fast-check, three threads': async () =>
      (await fastCheckRuns(threeThreads, FAST_CHECK_SAMPLES, 1)).executions,
  });
  const { steps, executions } = run(two, { search: 'random', maxExecutions: SAMPLES });
  say('');
  row(
    `executions per second, ${Math.round(steps / executions)} operations each`,
    `best of ${ROUNDS}`,
    'x fast-check',
  );
  for (const [name, rate] of Object.entries(best)) {
    const peer = best[name.includes('three threads') ? 'fast-check, three threads' : 'fast-check']!;
    row(`  ${name}`, grouped(rate), (rate / peer).toFixed(1));
  }
}

async function plantedBug(): Promise<void> {
  const planted = { ...two, planted: true };
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  const until = (options: ExploreOptions) => run(planted, options).executions;
  say('');
  row(`executions until the planted bug, k = 2`, '');
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
