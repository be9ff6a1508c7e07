import { expect, test } from 'vitest';
import { judgeRecord } from '../src/judge-record.ts';
import { loadRecords } from '../src/load-records.ts';
import { playRecord } from '../src/play-record.ts';

const records = loadRecords(new URL('data', import.meta.url).pathname);

test.each(records.map((record) => [record.id, record.title, record] as const))(
  '%s: %s',
  (_id, _title, record) => {
    const { first, missing, error, agreeing, agrees } = judgeRecord(record, playRecord(record));
    expect({ first, missing, error, agreeing }).toEqual({
      first: null,
      missing: [],
      error: null,
      agreeing: record.ops.length,
    });
    expect(agrees).toBe(true);
  },
  30_000,
);
