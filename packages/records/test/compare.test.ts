import { describe, expect, test } from 'vitest';
import { compareResults } from '../src/compare.ts';
import type { RecordResult } from '../src/record.ts';

const never = (): boolean => false;

function compared(kernel: RecordResult, simulator: RecordResult, varies: (path: string) => boolean = never) {
  return compareResults({ ret: 0, ...kernel }, { ret: 0, ...simulator }, varies);
}

describe('two results agree', () => {
  test.each<[string, RecordResult, RecordResult]>([
    ['if they are the same', { log: [{ call: 'x', ret: true }] }, { log: [{ call: 'x', ret: true }] }],
    ['if one leaves out what is empty', { vmstat: {}, old_frames: [] }, { held_list: [], migrate_calls: [] }],
    [
      'if there were too many calls to record',
      { migrate_calls_too_many: true },
      { migrate_calls: [{ succeeded: 1 }] },
    ],
    [
      'in the fields that early records have of a page',
      { pages: [{ page: 0, refs: 1 }] },
      { pages: [{ page: 0, refs: 1, has_ops: true, locked: false, owned: true }] },
    ],
  ])('%s', (_when, kernel, simulator) => {
    expect(compared(kernel, simulator)).toBeNull();
  });

  test('where runs of the kernel differed', () => {
    const varies = (path: string): boolean => path === 'vmstat.compact_isolated';
    expect(
      compared({ vmstat: { compact_isolated: 1 } }, { vmstat: { compact_isolated: 2 } }, varies),
    ).toBeNull();
    expect(compared({ vmstat: { a: 1 } }, { vmstat: { a: 2 } }, varies)).not.toBeNull();
  });
});

describe('the first difference is found', () => {
  test.each<[string, RecordResult, RecordResult, string, unknown, unknown]>([
    ['in a return value', { ret: -1 }, { ret: 0 }, 'ret', -1, 0],
    ['in an error that is missing', { errno: 'EIO' }, {}, 'errno', 'EIO', undefined],
    ['in a field that is too much', {}, { status: [0] }, 'status', undefined, [0]],
    ['in a counter that did not move', { vmstat: { a: 1 } }, {}, 'vmstat', { a: 1 }, undefined],
    ['in a counter too many', { vmstat: { a: 1 } }, { vmstat: { a: 1, b: 2 } }, 'vmstat.b', undefined, 2],
    [
      'in calls that were not made',
      {},
      { migrate_calls: [{ failed: 0 }] },
      'migrate_calls',
      undefined,
      [{ failed: 0 }],
    ],
    ['in a list, by its place', { held_list: [1, 2] }, { held_list: [2, 1] }, 'held_list[0]', 1, 2],
    ['in a list that ends early', { held_list: [1, 2] }, { held_list: [1] }, 'held_list[1]', 2, undefined],
    [
      'in a page',
      { pages: [{ page: 0, has_ops: true }] },
      { pages: [{ page: 0, has_ops: false }] },
      'pages[0].has_ops',
      true,
      false,
    ],
    [
      'in an early page',
      { pages: [{ page: 0, refs: 1 }] },
      { pages: [{ page: 0, refs: 2 }] },
      'pages[0].refs',
      1,
      2,
    ],
    ['between 0 and false', { log: [{ ret: 0 }] }, { log: [{ ret: false }] }, 'log[0].ret', 0, false],
  ])('%s', (_where, kernel, simulator, path, had, has) => {
    expect(compared(kernel, simulator)).toEqual({ path, kernel: had, simulator: has });
  });
});
