/** One operation of a record: its name, who does it, and its arguments. */
export type RecordOp = Readonly<Record<string, unknown>> & { readonly op: string; readonly by: string };

/** What an operation gave, and the state after it. */
export type RecordResult = Readonly<Record<string, unknown>>;

/** A claim that was checked on a real kernel, and in how many runs it held. */
export interface Claim {
  readonly claim: string;
  readonly held_in_runs: number;
}

/** What a real kernel did with a sequence of operations. `results[i]` belongs to `ops[i]`. */
export interface KernelRecord {
  readonly id: string;
  readonly title: string;
  readonly area: string;
  /** `exact`: every run was the same. `partial`: but for `varying`. `invariant`: only `invariants` is meant. */
  readonly kind: 'exact' | 'partial' | 'invariant';
  readonly runs: number;
  /** The node that the program ran on. */
  readonly harness_node: number;
  readonly ops: readonly RecordOp[];
  readonly results: readonly RecordResult[];
  readonly invariants: readonly Claim[];
  /** Paths that differed between runs: `results[3].vmstat.compact_isolated`. */
  readonly varying: readonly string[];
}
