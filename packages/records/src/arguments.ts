import type { RecordOp } from './record.js';
import { RecordsError } from './records-error.js';

/** A whole number, from 0 on, among the arguments of an operation. @throws RecordsError `MP_BAD_RECORD`. */
export function numberOf(op: RecordOp, key: string): number {
  const value = op[key];
  return Number.isSafeInteger(value) && (value as number) >= 0
    ? (value as number)
    : refuse(op, key, 'a whole number');
}

/** A text among the arguments of an operation. @throws RecordsError `MP_BAD_RECORD`. */
export function textOf(op: RecordOp, key: string): string {
  const value = op[key];
  return typeof value === 'string' ? value : refuse(op, key, 'a text');
}

function refuse(op: RecordOp, key: string, wanted: string): never {
  throw new RecordsError(
    'MP_BAD_RECORD',
    `an operation ${op.op} has ${JSON.stringify(op[key]) ?? 'nothing'} for ${key}; correct the record: it has to be ${wanted}`,
  );
}
