import {
  assembleVerdict,
  isMandatory,
  refuses,
  rules,
  type DriverListing,
  type RuleReport,
  type Status,
  type TrialBench,
  type TrialReport,
  type TrialResult,
  type TrialUnit,
} from '@movable-pages/conformance';
import { MutateError } from './errors.js';
import { applyEdits } from './edit.js';
import type { Mutant } from './mutant.js';
import type { Probes } from './probes.js';
import type { Kill, Outcome } from './report.js';
import type { Source } from './source.js';

const mandatory = new Set(rules.filter(isMandatory).map(({ id }) => id));

/** What a trial said. */
export interface Judgement {
  readonly outcome: Exclude<Outcome, 'ignored'>;
  readonly kill: Kill | null;
  /** Rules that object without making a check fail. */
  readonly advice?: readonly string[];
}

/** The driver as it is, in every scenario: what its mutants are compared with. */
export class Baseline {
  private constructor(
    private readonly bench: TrialBench,
    private readonly sources: readonly Source[],
    private readonly from: string,
    /** The profiles that were run. */
    readonly profiles: readonly string[],
    readonly listings: readonly Omit<DriverListing, 'digest'>[],
    private readonly probes: Probes,
    /** What it cost least to run comes first, but nothing before that which needs no objects. */
    private readonly trials: readonly (TrialReport & { readonly seen: ReadonlySet<number> })[],
  ) {}

  /**
   * Runs the driver as it is.
   *
   * @returns Null if it was interrupted.
   * @throws MutateError `MP_ORIGINAL_FAILS`; CheckError and DriverError as `checkModule` does.
   */
  static async run(
    bench: TrialBench,
    sources: readonly Source[],
    from: string,
    probes: Probes,
    preemptions: number,
    onUnit: (done: number, of: number) => void,
  ): Promise<Baseline | null> {
    const listings = await bench.listings();
    const texts = Object.fromEntries(sources.map((source) => [source.path, probes.text(source)]));
    const units = listings.flatMap(({ name, jobs }) =>
      jobs.map(({ scenario, profile }) => ({ driver: name, scenario, profile })),
    );
    let done = 0;
    const results = await Promise.all(
      sameScenario(units).map(async (group) => {
        const result = await bench.run({ id: 'original', texts }, group, preemptions);
        done += group.length;
        onUnit(done, units.length);
        return result;
      }),
    );
    if (results.some(({ end }) => end === 'interrupted')) return null;
    const trials = results.flatMap((result) => {
      if (result.end === 'done') return result.trials;
      throw fails(from, result.end === 'hung' ? 'hangs' : (result as { message: string }).message);
    });
    const baseline = new Baseline(
      bench,
      sources,
      from,
      [...new Set(units.map(({ profile }) => profile))],
      listings,
      probes,
      trials
        .map((trial) => ({ ...trial, seen: new Set(trial.reached) }))
        .toSorted((a, b) => rank(a) - rank(b) || a.report.steps - b.report.steps),
    );
    const broken = trials.find(({ report }) => refuses(report));
    if (broken !== undefined) throw fails(from, killed(broken).kill!.by.join(', '));
    if (trials.every(({ reached }) => reached.length === 0))
      throw new MutateError(
        'MP_NOTHING_TO_MUTATE',
        `no scenario runs anything of ${from} that would be mutated; choose other files or scenarios`,
      );
    if (trials.some(isCut)) throw fails(from, 'a budget ends before its bound');
    return baseline;
  }

  /** The runs that a mutant can make a difference to. */
  touched(mutant: Mutant): TrialReport[] {
    return this.trials.filter(({ seen }) => this.probes.touches(mutant, seen));
  }

  /** Puts a mutant through the scenarios that it touches; judged only when a bound of preemptions is the last. */
  async judge(mutant: Mutant, preemptions: number, last: boolean): Promise<Judgement | null> {
    const touched = this.touched(mutant);
    if (touched.length === 0) return { outcome: 'survived', kill: null };
    const texts = Object.fromEntries(
      this.sources.map((source) => [
        source.path,
        source === mutant.source ? applyEdits(source.text, mutant.edits) : source.text,
      ]),
    );
    const units = touched.map(({ unit }) => unit);
    const result = await this.bench.run({ id: mutant.id, texts }, units, preemptions);
    if (result.end !== 'done') return ended(result);
    const refused = result.trials.find(({ report }) => refuses(report));
    if (refused !== undefined) return killed(refused);
    return last ? this.outcome(result.trials) : null;
  }

  /** What a check with these reports, and those of the driver as it is for the rest, comes to. */
  private outcome(trials: readonly TrialReport[]): Judgement {
    if (trials.some(isCut)) return { outcome: 'undecided', kill: null };
    const nowhere = { scenario: null, profile: null };
    const after = this.statuses(trials);
    // No scenario refuses it by itself: what fails does so over all of them.
    const failed = withStatus(after, 'fail');
    if (failed.length > 0) return { outcome: 'killed', kill: { how: 'rule', by: failed, ...nowhere } };
    const before = untested(this.statuses([]));
    const by = untested(after).filter((id) => !before.includes(id));
    const advice = trials.flatMap(({ report }) => report.findings.map(({ ruleId }) => ruleId));
    if (by.length === 0) return { outcome: 'survived', kill: null, advice: [...new Set(advice)] };
    return { outcome: 'killed', kill: { how: 'vacuous', by, ...nowhere } };
  }

  /** How the rules come out of a check with these reports, and those of the driver as it is for the rest. */
  private statuses(trials: readonly TrialReport[]): readonly RuleReport[] {
    const changed = new Map(trials.map(({ unit, report }) => [key(unit), report]));
    return this.listings.flatMap((listing) => {
      const reports = this.trials
        .filter(({ unit }) => unit.driver === listing.name)
        .map(({ unit, report }) => changed.get(key(unit)) ?? report);
      const judged = { ...listing, capabilities: new Set(listing.capabilities) };
      return assembleVerdict(judged, this.from, 'quick', this.profiles, reports).rules;
    });
  }
}

/** The mandatory rules that came out so. */
function withStatus(reports: readonly RuleReport[], ...statuses: readonly Status[]): string[] {
  const found = reports.filter(({ id, status }) => mandatory.has(id) && statuses.includes(status));
  return [...new Set(found.map(({ id }) => id))];
}

/** Those that were not put to the test, or not enough. */
function untested(reports: readonly RuleReport[]): string[] {
  return withStatus(reports, 'vacuous', 'inconclusive');
}

/** A scenario under one profile often answers for the others: they go together. */
function sameScenario(units: readonly TrialUnit[]): TrialUnit[][] {
  const groups = new Map<string, TrialUnit[]>();
  for (const unit of units) {
    const name = `${unit.driver} ${unit.scenario}`;
    groups.set(name, [...(groups.get(name) ?? []), unit]);
  }
  return [...groups.values()];
}

/** Whether a search ended before its bound. */
function isCut({ report }: TrialReport): boolean {
  return !report.exhausted && report.preemptions < report.bound;
}

function key({ driver, scenario, profile }: TrialUnit): string {
  return `${driver} ${scenario} ${profile}`;
}

/** What breaks while objects are made has no rule to its name where they are made before the run. */
function rank({ unit }: TrialReport): number {
  return unit.scenario === 'from-nothing' ? 0 : 1;
}

function killed({ unit: { scenario, profile }, report }: TrialReport): Judgement {
  const { error, findings } = report;
  const broken = findings.map(({ ruleId }) => ruleId).filter((id) => mandatory.has(id));
  const by = error === null ? [...new Set(broken)] : [error.code];
  return { outcome: 'killed', kill: { how: error === null ? 'rule' : 'refused', by, scenario, profile } };
}

function ended(result: Exclude<TrialResult, { end: 'done' }>): Judgement | null {
  const nowhere = { scenario: null, profile: null };
  switch (result.end) {
    case 'interrupted':
      return { outcome: 'not-run', kill: null };
    case 'refused':
      return { outcome: 'killed', kill: { how: 'refused', by: [result.code], ...nowhere } };
    case 'hung':
      return { outcome: 'killed', kill: { how: 'hang', by: ['MP_HANG'], ...nowhere } };
    case 'died':
      return { outcome: 'killed', kill: { how: 'crash', by: [result.code], ...nowhere } };
  }
}

function fails(from: string, why: string): MutateError {
  return new MutateError(
    'MP_ORIGINAL_FAILS',
    `${from} does not pass as it is (${why}), so its mutants have nothing to be compared with; see movable-pages check ${from}`,
  );
}
