import { assembleVerdict } from '../assemble-verdict.js';
import { CheckError } from '../errors.js';
import { selectionOf } from '../selection.js';
import type { Verdict } from '../verdict.js';
import { readCheckpoint, unitKey, type CheckpointContent } from './checkpoint.js';
import type { DriverListing } from './job.js';

/** What the shards of one check came to, together. @since 0.1.0 */
export interface MergedCheck {
  readonly verdicts: readonly Verdict[];
  /** Folder that source lines are relative to. */
  readonly root: string;
}

/**
 * Puts the checkpoints of all shards of one check together: the verdicts are those of one run.
 *
 * @throws CheckError `MP_BAD_CHECKPOINT`, `MP_PARTS_DIFFER` (not shards of one check), `MP_PARTS_MISSING` (a shard is missing or
 *   not done).
 * @since 0.1.0
 */
export function mergeCheckpoints(files: readonly string[]): MergedCheck {
  const parts = files.map((file) => ({ file, content: readCheckpoint(file) }));
  const first = parts[0];
  if (first === undefined) throw new CheckError('MP_PARTS_MISSING', 'no checkpoint was given');
  for (const { file, content } of parts) {
    if (identity(content) !== identity(first.content))
      throw new CheckError(
        'MP_PARTS_DIFFER',
        `${file} and ${first.file} are not shards of one check: drivers, flags and --shard .../N must be the same`,
      );
  }
  const reports = new Map(parts.flatMap(({ content }) => Object.entries(content.reports)));
  const { run } = first.content;
  const verdicts = run.modules.flatMap((from) =>
    listingsOf(parts, from).map((listing) => {
      const done = listing.jobs.map(({ scenario, profile }) => {
        const report = reports.get(unitKey({ from, driver: listing.name, scenario, profile }));
        if (report !== undefined) return report;
        throw new CheckError(
          'MP_PARTS_MISSING',
          `${listing.name}: ${scenario} under ${profile} is in none of the ${files.length} files; run the shard that is missing, or go on with --resume where one was interrupted`,
        );
      });
      const profiles = [...new Set(listing.jobs.map(({ profile }) => profile))];
      const judged = { ...listing, capabilities: new Set(listing.capabilities) };
      return assembleVerdict(judged, from, run.budget, run.profiles ?? profiles, done, {
        selection: selectionOf({
          ...(run.rules === null ? {} : { rules: run.rules }),
          ...(run.scenarios === null ? {} : { scenarios: run.scenarios }),
          ...(run.profiles === null ? {} : { profiles: run.profiles }),
        }),
        waivers: run.waivers,
        ...(run.seed === null ? {} : { seed: run.seed }),
      });
    }),
  );
  return { verdicts, root: run.root };
}

/** What shards of one check have in common. */
function identity({ run, digests }: CheckpointContent): string {
  const { modules, profiles, scenarios, rules, waivers, budget, seed, shard } = run;
  return JSON.stringify([
    modules,
    profiles,
    scenarios,
    rules,
    waivers,
    budget,
    seed,
    shard?.of ?? null,
    digests,
  ]);
}

function listingsOf(
  parts: readonly { content: CheckpointContent }[],
  from: string,
): readonly DriverListing[] {
  for (const { content } of parts) {
    const listings = content.listings[from];
    if (listings !== undefined) return listings;
  }
  throw new CheckError(
    'MP_PARTS_MISSING',
    `no file knows the drivers of ${from}; run the shards to their end`,
  );
}
