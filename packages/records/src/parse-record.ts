import type { Claim, KernelRecord, RecordOp, RecordResult } from './record.js';
import { RecordsError } from './records-error.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a record from JSON text.
 *
 * @param file Where it comes from, for messages.
 * @throws RecordsError `MP_BAD_RECORD` if it is no JSON or not of the shape of a record.
 */
export function parseRecord(text: string, file: string): KernelRecord {
  const refuse = (what: string, cause?: unknown): never => {
    throw new RecordsError(
      'MP_BAD_RECORD',
      `${file} is no kernel record: ${what}; copy the file again, or take it out of the folder`,
      cause === undefined ? {} : { cause },
    );
  };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return refuse(`it is not JSON (${(error as Error).message})`, error);
  }
  if (!isObject(json)) return refuse('it holds no object');
  const string = (key: string): string =>
    typeof json[key] === 'string' ? json[key] : refuse(`${key} is not a text`);
  const number = (key: string): number =>
    Number.isInteger(json[key]) ? (json[key] as number) : refuse(`${key} is not a whole number`);
  const list = <T>(key: string, what: string, is: (item: unknown) => item is T): readonly T[] => {
    const items = json[key];
    if (!Array.isArray(items)) return refuse(`${key} is not a list`);
    const wrong = items.findIndex((item) => !is(item));
    return wrong < 0 ? (items as T[]) : refuse(`${key}[${wrong}] is not ${what}`);
  };
  const kind = string('kind');
  if (kind !== 'exact' && kind !== 'partial' && kind !== 'invariant')
    return refuse(`kind is ${kind}, not exact, partial or invariant`);
  const ops = list('ops', 'an operation with op and by', isOp);
  const results = list('results', 'a result with ret', isResult);
  if (ops.length !== results.length)
    return refuse(`it has ${ops.length} operations and ${results.length} results`);
  return {
    id: string('id'),
    title: string('title'),
    area: string('area'),
    kind,
    runs: number('runs'),
    harness_node: number('harness_node'),
    ops,
    results,
    invariants: json.invariants === undefined ? [] : list('invariants', 'a claim', isClaim),
    varying: json.varying === undefined ? [] : list('varying', 'a path', isString),
  };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOp(value: unknown): value is RecordOp {
  return isObject(value) && typeof value.op === 'string' && typeof value.by === 'string';
}

function isResult(value: unknown): value is RecordResult {
  return isObject(value) && Number.isInteger(value.ret);
}

function isClaim(value: unknown): value is Claim {
  return isObject(value) && typeof value.claim === 'string' && Number.isInteger(value.held_in_runs);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}
