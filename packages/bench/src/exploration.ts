import { explore, type ExploreOptions, type ExploreResult } from '@movable-pages/explore';
import { fastCheckRuns } from './fast-check-runs.js';
import { bestRates, grouped, median, say } from './measure.js';
import { standardModel, type StandardModelOptions } from './standard-model.js';

const ROUNDS = 5;
const SEEDS = 51;
const SAMPLES = 20_000;
const FAST_CHECK_SAMPLES = 2000;
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
  const rate = (model: StandardModelOptions, options: ExploreOptions) => () =>
    run(model, { maxExecutions: SAMPLES, ...options }).executions;
  const peer = (model: StandardModelOptions) => async () =>
    (await fastCheckRuns(model, FAST_CHECK_SAMPLES, 1)).executions;
  await compareRates('k = 2', two, {
    random: rate(two, { search: 'random' }),
    pct: rate(two, { search: 'pct' }),
    naive: rate(two, { search: 'exhaustive', naive: true }),
    'fast-check': peer(two),
  });
  await compareRates('two drivers and pages, k = 2', larger, {
    reduced: rate(larger, { search: 'exhaustive' }),
    random: rate(larger, { search: 'random' }),
    'fast-check': peer(larger),
  });
}

async function compareRates(
  what: string,
  model: StandardModelOptions,
  bodies: Readonly<Record<string, () => number | Promise<number>>>,
): Promise<void> {
  const best = await bestRates(ROUNDS, bodies);
  const { steps, executions } = run(model, { search: 'random', maxExecutions: SAMPLES });
  say('');
  say(`executions per second of processor time, ${what}: ${Math.round(steps / executions)} operations each`);
  row('', `best of ${ROUNDS}`, 'x fast-check');
  for (const [name, rate] of Object.entries(best)) {
    row(`  ${name}`, grouped(rate), (rate / best['fast-check']!).toFixed(1));
  }
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
