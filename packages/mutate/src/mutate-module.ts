import { fileURLToPath } from 'node:url';
import { budgets, SUITE_VERSION, TrialBench, type TrialBenchOptions } from '@movable-pages/conformance';
import { Baseline, type Judgement } from './baseline.js';
import { MutateError } from './errors.js';
import { findMutants } from './find-mutants.js';
import { ignoresOf, leftOut, type Ignore } from './ignore.js';
import { matches } from './matches.js';
import type { Mutant } from './mutant.js';
import { operators } from './operators/index.js';
import { Probes } from './probes.js';
import type { MutantReport, MutationReport } from './report.js';
import { sample } from './sample.js';
import { sourceFiles } from './source-files.js';
import { summarise } from './summarise.js';

/** How far it is. @since 0.1.0 */
export type MutateEvent =
  /** The driver as it is goes through its scenarios. */
  | { readonly type: 'original'; readonly done: number; readonly of: number }
  /** A mutant is judged. */
  | { readonly type: 'mutant'; readonly report: MutantReport; readonly done: number; readonly of: number };

/** What is mutated, and how. @since 0.1.0 */
export interface MutateOptions extends TrialBenchOptions {
  /**
   * Only files that fit one of these paths or patterns (`*`, `**`). Default: all files of the driver, save those that say
   * `mutate-ignore-file`.
   */
  readonly files?: readonly string[];
  /** Ids of operators. Default: all. */
  readonly operators?: readonly string[];
  /** Judge no more than so many, picked by the seed. */
  readonly limit?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Deepest bound of preemptions, from 0. Default: that of the `quick` budget. Less is quicker, and more survive. */
  readonly preemptions?: number;
  /** Told how far it is. */
  readonly onEvent?: (event: MutateEvent) => void;
}

/**
 * Makes mistakes in a driver, one at a time, and says which of them the suite does not see. Nothing is written to disk.
 *
 * @param from Path of a `.ts` or `.js` file, or the name of a package.
 * @throws MutateError; CheckError and DriverError as `checkModule` does.
 * @since 0.1.0
 */
export async function mutateModule(from: string, options: MutateOptions = {}): Promise<MutationReport> {
  const cwd = options.cwd ?? process.cwd();
  const { seed = 1, preemptions = budgets.quick.preemptions } = options;
  for (const id of options.operators ?? []) requireOperator(id);
  const bench = new TrialBench(from, options);
  try {
    const sources = sourceFiles(fileURLToPath(bench.url), cwd);
    // Whoever names files has those.
    const out = options.files === undefined ? sources.map(leftOut).filter((each) => each !== null) : [];
    const wanted = sources.filter(
      ({ name }) => matches(name, options.files) && !out.some(({ file }) => file === name),
    );
    const ids = new Set(operators.map(({ id }) => id));
    const ignores = wanted.flatMap((source) => ignoresOf(source, ids));
    const all = wanted
      .flatMap((source) => findMutants(source))
      .filter(({ operator }) => options.operators?.includes(operator.id) ?? true);
    if (all.length === 0)
      throw nothing(
        from,
        sources.map(({ name }) => name),
      );
    const ignored = new Map(all.map((mutant) => [mutant, ignores.find((each) => fits(each, mutant))]));
    const living = all.filter((mutant) => ignored.get(mutant) === undefined);
    const chosen = options.limit === undefined ? living : sample(living, options.limit, seed);
    const judged = new Map<Mutant, MutantReport>();
    const probes = new Probes(chosen);
    const baseline = await Baseline.run(bench, sources, from, probes, preemptions, (done, of) =>
      options.onEvent?.({ type: 'original', done, of }),
    );
    if (baseline !== null) {
      await judgeAll(baseline, chosen, preemptions, (mutant, report) => {
        judged.set(mutant, report);
        options.onEvent?.({ type: 'mutant', report, done: judged.size, of: chosen.length });
      });
    }
    const taken = new Set(chosen);
    const mutants = all.flatMap((mutant) => {
      const why = ignored.get(mutant)?.reason;
      if (why !== undefined) return [{ ...blank(mutant, 'ignored'), reason: why }];
      return taken.has(mutant) ? [judged.get(mutant) ?? blank(mutant, 'not-run')] : [];
    });
    return {
      from,
      drivers: baseline?.listings.map(({ name, version }) => ({ name, version })) ?? [],
      suite: SUITE_VERSION,
      files: wanted.map(({ name }) => name),
      leftOut: out,
      profiles: baseline?.profiles ?? [],
      preemptions,
      found: all.length,
      seed,
      ...summarise(mutants),
      mutants,
      staleIgnores: ignores
        .filter((each) => options.operators?.includes(each.operator) ?? true)
        .filter((each) => !all.some((mutant) => fits(each, mutant)))
        .map(({ file, line, operator }) => ({ file, line, operator })),
      interrupted: mutants.some(({ outcome }) => outcome === 'not-run'),
    };
  } finally {
    await bench.close();
  }
}

/** Bound by bound, so that what shows soonest is known soonest: most mutants need no preemption. */
async function judgeAll(
  baseline: Baseline,
  chosen: readonly Mutant[],
  deepest: number,
  onJudged: (mutant: Mutant, report: MutantReport) => void,
): Promise<void> {
  let left = chosen;
  for (let preemptions = 0; preemptions <= deepest; preemptions++) {
    const rest = await Promise.all(
      left.map(async (mutant) => {
        const judgement = await baseline.judge(mutant, preemptions, preemptions === deepest);
        if (judgement === null) return [mutant];
        if (judgement.outcome !== 'not-run') onJudged(mutant, reportOf(mutant, judgement, baseline));
        return [];
      }),
    );
    left = rest.flat();
  }
}

function reportOf(
  mutant: Mutant,
  { outcome, kill, advice = [] }: Judgement,
  baseline: Baseline,
): MutantReport {
  const reachedIn = [...new Set(baseline.touched(mutant).map(({ unit }) => unit.scenario))];
  return { ...blank(mutant, outcome), kill, advice, reachedIn };
}

function blank(mutant: Mutant, outcome: MutantReport['outcome']): MutantReport {
  const { id, operator, source, line, hunks } = mutant;
  return {
    id,
    operator: operator.id,
    file: source.name,
    line,
    hunks,
    outcome,
    kill: null,
    reachedIn: [],
    advice: [],
    reason: '',
  };
}

function fits(ignore: Ignore, mutant: Mutant): boolean {
  return (
    ignore.operator === mutant.operator.id &&
    ignore.file === mutant.source.name &&
    ignore.about === mutant.line
  );
}

function requireOperator(id: string): void {
  if (operators.some((operator) => operator.id === id)) return;
  throw new MutateError(
    'MP_UNKNOWN_OPERATOR',
    `there is no operator ${id}; there are: ${operators.map((operator) => operator.id).join(', ')}`,
  );
}

function nothing(from: string, files: readonly string[]): MutateError {
  return new MutateError(
    'MP_NOTHING_TO_MUTATE',
    `nothing in ${from} can be mutated as asked; its own files are: ${files.join(', ')}; choose by --mutate and --operator`,
  );
}
