import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { judgeRecord } from '../src/judge-record.ts';
import { parseRecord } from '../src/parse-record.ts';
import { playRecord } from '../src/play-record.ts';
import type { KernelRecord, RecordResult } from '../src/record.ts';
import { recordOf } from './support.ts';

const sample = parseRecord(
  readFileSync(new URL('data/nl_held_unreg_putback.json', import.meta.url), 'utf8'),
  'sample',
);

const played = (record: KernelRecord) => judgeRecord(record, playRecord(record));

/** A copy in which one value, the `at`-th of all, is another. */
function withOneChanged(record: KernelRecord, at: number): KernelRecord | null {
  let seen = -1;
  const results = structuredClone(record.results) as RecordResult[];
  const walk = (holder: Record<string, unknown>): void => {
    for (const [key, value] of Object.entries(holder)) {
      if (typeof value === 'object' && value !== null) walk(value as Record<string, unknown>);
      else if (++seen === at) holder[key] = typeof value === 'number' ? value + 1 : `not ${String(value)}`;
    }
  };
  walk(results as unknown as Record<string, unknown>);
  return seen < at ? null : { ...record, results };
}

describe('a record', () => {
  test('agrees in no way if any single value of it is another', () => {
    const playing = playRecord(sample);
    let changes = 0;
    for (let at = 0; ; at++) {
      const record = withOneChanged(sample, at);
      if (record === null) break;
      changes++;
      const { agrees, first, agreeing, steps } = judgeRecord(record, playing);
      expect(agrees, `value ${at}`).toBe(false);
      expect(first, `value ${at}`).not.toBeNull();
      expect(agreeing, `value ${at}`).toBe(steps - 1);
    }
    expect(changes).toBeGreaterThan(250);
  });

  test('that is partial may differ where runs did, and nowhere else', () => {
    const alloc: RecordResult = { ...sample.results[0]!, held_list: [7], ret: 5 };
    const record = recordOf([['alloc 1 2', alloc]], { kind: 'partial', varying: ['results[0].ret'] });
    expect(played(record).first).toMatchObject({ difference: { path: 'held_list' } });
    const both = { ...record, varying: ['results[0].ret', 'results[0].held_list'] };
    expect(played(both)).toMatchObject({ agrees: true, agreeing: 1 });
  });

  test('of an invariant kind needs its claims checked, or names them', () => {
    const claim = { claim: 'pigs fly', held_in_runs: 2 };
    const record = recordOf([['alloc 1 5', { ret: 1 }]], { kind: 'invariant', invariants: [claim] });
    expect(played(record)).toMatchObject({
      agrees: false,
      agreeing: 0,
      missing: ['a check that pigs fly'],
    });
    const sometimes = { ...record, invariants: [{ ...claim, held_in_runs: 1 }] };
    expect(played(sometimes)).toMatchObject({ agrees: true, agreeing: 1, missing: [] });
  });

  test('with an operation that does not exist ends there and names it', () => {
    const record = recordOf([
      ['alloc 1 1', { ret: 0 }],
      ['free', { ret: 0 }],
    ]);
    const ops = [record.ops[0]!, { op: 'toString', by: 'P' }];
    expect(played({ ...record, ops })).toMatchObject({
      agrees: false,
      missing: ['toString'],
      agreeing: 0,
    });
  });
});
