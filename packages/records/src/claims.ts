import type { Disagreement } from './judge-record.js';
import type { KernelRecord, RecordResult } from './record.js';

/** What a claim is held against: the record, and what the simulator gave at each step. */
interface Evidence {
  readonly record: KernelRecord;
  readonly results: readonly RecordResult[];
}

/** Gives the step at which a claim is broken, or null if it holds. */
type Check = (evidence: Evidence) => number | null;

/** The claims that can be checked, by their words. */
const CHECKS: Readonly<Record<string, Check>> = {
  'compacting one node migrated pages (pgmigrate_success grew)': ({ record, results }) =>
    brokenAt(record, 'compact_node', (step) => counter(results[step]!, 'pgmigrate_success') > 0),
  'kept pages have their data after compaction': ({ record, results }) =>
    brokenAt(record, 'verify_kept', (step) => results[step]!.ret === 0),
};

/** Looks at every claim of a record that held in all of the kernel's runs. */
export function checkClaims(
  record: KernelRecord,
  results: readonly RecordResult[],
): { broken: Disagreement | null; unknown: readonly string[] } {
  const claims = record.invariants
    .filter(({ held_in_runs }) => held_in_runs === record.runs)
    .map(({ claim }) => claim);
  const unknown = claims.filter((claim) => !Object.hasOwn(CHECKS, claim));
  for (const claim of claims) {
    const step = CHECKS[claim]?.({ record, results }) ?? null;
    if (step === null) continue;
    const difference = { path: claim, kernel: true, simulator: false };
    return { broken: { step, op: record.ops[step]!, difference }, unknown };
  }
  return { broken: null, unknown };
}

/** The first step with this operation at which something does not hold. */
function brokenAt(record: KernelRecord, op: string, holds: (step: number) => boolean): number | null {
  const step = record.ops.findIndex((candidate, index) => candidate.op === op && !holds(index));
  return step < 0 ? null : step;
}

function counter(result: RecordResult, name: string): number {
  return (result.vmstat as Readonly<Record<string, number>> | undefined)?.[name] ?? 0;
}
