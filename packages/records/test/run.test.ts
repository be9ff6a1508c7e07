import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { run } from '../src/run.ts';

const RECORD = readFileSync(new URL('data/nl_list_sync.json', import.meta.url), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'records-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function put(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

interface Changeable {
  ops?: unknown[];
  results: object[];
}

/** A record with something changed. */
function changed(change: (record: Changeable) => unknown, id: string): string {
  const record = JSON.parse(RECORD) as Changeable;
  change(record);
  return JSON.stringify({ ...record, id });
}

function records(...argv: string[]) {
  let out = '';
  let err = '';
  const code = run(argv, { out: (text) => (out += text), err: (text) => (err += text) });
  return { code, out, err };
}

describe('a folder of records', () => {
  test('that agree ends with the sum and exits 0', () => {
    put('a.json', RECORD);
    expect(records(folder)).toEqual({ code: 0, err: '', out: 'agree 1 of 1 records, 3 of 3 steps\n' });
  });

  test('names the first difference of each record in words, and what is not built, and exits 1', () => {
    put('a.json', RECORD);
    put(
      'b.json',
      changed(({ results }) => {
        Object.assign(results[1]!, { vmstat: { pgmigrate_success: 5 } });
        Object.assign(results[2]!, { ret: 7 });
      }, 'b'),
    );
    put(
      'c.json',
      changed(({ ops, results }) => {
        ops!.push({ op: 'fly', by: 'P' });
        results.push({ ret: 0 });
      }, 'c'),
    );
    expect(records(folder)).toEqual({
      code: 1,
      err: '',
      out:
        'b: step 1 (mvdrv list 2 2): vmstat.pgmigrate_success: the kernel had 5, the simulator has 4\n' +
        'c: needs what is not built yet: fly\n' +
        'agree 1 of 3 records, 7 of 10 steps\n',
    });
  });

  test('is reported as JSON to a file, and the sum printed', () => {
    put(
      'a.json',
      changed(({ results }) => Object.assign(results[0]!, { ret: -1, errno: 'EINVAL' }), 'a'),
    );
    const file = join(folder, 'out.txt');
    expect(records(folder, '--format', 'json', '--out', file)).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      format: 'movable-pages/records',
      profile: 'linux-6.1',
      agree: 0,
      records: 1,
      agreeingSteps: 2,
      steps: 3,
      played: [
        {
          id: 'a',
          agrees: false,
          first: { step: 0, difference: { path: 'ret', kernel: -1, simulator: 0 } },
          missing: [],
          error: null,
        },
      ],
    });
  });
});

describe('input that cannot be used gets a code and what to do', () => {
  test.each([
    ['no folder', [], /^error MP_USAGE: name one folder of records; usage: npm run records -- DIR/],
    ['two folders', ['a', 'b'], /^error MP_USAGE: name one folder/],
    ['an unknown format', ['a', '--format', 'xml'], /^error MP_USAGE: there is no format xml/],
    ['an unknown option', ['a', '--colour'], /^error MP_USAGE: .*--colour/],
    [
      'a folder that is not there',
      ['/no/such/folder'],
      /^error MP_NO_RECORDS: .*\/no\/such\/folder .*name a folder/,
    ],
  ])('%s', (_what, argv, message) => {
    const { code, out, err } = records(...argv);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(message);
  });

  test('an empty folder', () => {
    expect(records(folder).err).toMatch(/^error MP_NO_RECORDS: .* holds no record; name a folder/);
  });

  test('a report that cannot be written', () => {
    put('a.json', RECORD);
    const { code, err } = records(folder, '--out', join(folder, 'no', 'out.txt'));
    expect(code).toBe(2);
    expect(err).toMatch(/^error MP_CANNOT_WRITE: /);
  });

  test('an operation that lacks an argument', () => {
    put(
      'a.json',
      changed(({ ops }) => (ops![1] = { op: 'mvdrv', by: 'P' }), 'a'),
    );
    const { code, err } = records(folder);
    expect(code).toBe(2);
    expect(err).toBe(
      'error MP_BAD_RECORD: a: an operation mvdrv has nothing for command; correct the record: it has to be a text\n',
    );
  });

  const wrong: readonly (readonly [string, string, RegExp])[] = [
    ['cut off', RECORD.slice(0, 500), /it is not JSON/],
    ['empty', '', /it is not JSON/],
    ['no object', '[]', /it holds no object/],
    ['without operations', changed((record) => delete record.ops, 'x'), /ops is not a list/],
    ['with a text for an operation', changed(({ ops }) => (ops![1] = 'x'), 'x'), /ops\[1\] is not an op/],
    ['with a result without ret', changed(({ results }) => (results[2] = {}), 'x'), /results\[2\] is not a/],
    ['with a result too few', changed(({ results }) => results.pop(), 'x'), /3 operations and 2 results/],
    ['of an unknown kind', RECORD.replace('"exact"', '"vague"'), /kind is vague/],
    ['with a number for an id', RECORD.replace('"nl_list_sync"', '7'), /id is not a text/],
  ];
  test.each(wrong)('a record that is %s', (_what, text, message) => {
    put('a.json', RECORD);
    put('b.json', text);
    const { code, out, err } = records(folder);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).toMatch(/^error MP_BAD_RECORD: .*b\.json is no kernel record: /);
    expect(err).toMatch(message);
    expect(err).toMatch(/copy the file again, or take it out of the folder\n$/);
  });
});
