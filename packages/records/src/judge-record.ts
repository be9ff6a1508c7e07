import { checkClaims } from './claims.js';
import { compareResults, type Difference } from './compare.js';
import type { KernelRecord, RecordOp, RecordResult } from './record.js';

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

/** What playing a record gave. */
export interface Playing {
  /** A result for each step that could be played. */
  readonly results: readonly RecordResult[];
  readonly missing: readonly string[];
  readonly error: string | null;
}

/** Compares what was played with the record, step by step. */
export function judgeRecord(record: KernelRecord, { results, missing, error }: Playing): Played {
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
