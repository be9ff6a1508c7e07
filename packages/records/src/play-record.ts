import { checkClaims } from './claims.js';
import { compareResults, type Difference } from './compare.js';
import { operations } from './operations.js';
import type { KernelRecord, RecordOp, RecordResult } from './record.js';
import { World } from './world.js';

/** Where and how a record was not kept. */
export interface Disagreement {
  /** Number of the step, from 0. */
  readonly step: number;
  readonly op: RecordOp;
  readonly difference: Difference;
}

/** How playing a record went. */
export interface Played {
  readonly id: string;
  readonly title: string;
  readonly steps: number;
  /** Steps of which every field is the kernel's. */
  readonly agreeing: number;
  readonly agrees: boolean;
  /** The first difference, if there is one. */
  readonly first: Disagreement | null;
  /** What the record needs that is not built: operations, claims. */
  readonly missing: readonly string[];
  /** The error that ended it early, if one did. */
  readonly error: string | null;
}

/** Plays a record on a fresh machine and compares step by step. A step that cannot be played ends it. */
export function playRecord(record: KernelRecord): Played {
  const missing = [...new Set(record.ops.map(({ op }) => op).filter((op) => !Object.hasOwn(operations, op)))];
  const world = new World();
  const results: RecordResult[] = [];
  let error: string | null = null;
  for (const op of record.ops) {
    const operation = Object.hasOwn(operations, op.op) ? operations[op.op]! : null;
    if (operation === null) break;
    try {
      const { result, vmstat, migrate_calls } = world.watch(() => operation(world, op));
      results.push({ ...result, vmstat, migrate_calls });
    } catch (thrown) {
      error = thrown instanceof Error ? thrown.message : String(thrown);
      break;
    }
  }
  return judge(record, results, missing, error);
}

function judge(
  record: KernelRecord,
  results: readonly RecordResult[],
  missing: readonly string[],
  error: string | null,
): Played {
  const { id, title, ops } = record;
  const steps = ops.length;
  const complete = results.length === steps;
  if (record.kind === 'invariant') {
    const claims = complete ? checkClaims(record, results) : { broken: null, unknown: [] };
    const agrees = complete && claims.broken === null && claims.unknown.length === 0;
    const lacking = [...missing, ...claims.unknown.map((claim) => `a check that ${claim}`)];
    const agreeing = agrees ? steps : 0;
    return { id, title, steps, agreeing, agrees, first: claims.broken, missing: lacking, error };
  }
  let agreeing = 0;
  let first: Disagreement | null = null;
  const varying = new Set(record.varying);
  results.forEach((result, step) => {
    const difference = compareResults(record.results[step]!, result, (path) =>
      varying.has(`results[${step}].${path}`),
    );
    if (difference === null) agreeing++;
    else first ??= { step, op: ops[step]!, difference };
  });
  return { id, title, steps, agreeing, agrees: agreeing === steps, first, missing, error };
}
