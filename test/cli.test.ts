import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DriverFolder, movablePages, type Ran } from './support/command.ts';
import { root } from './support/repository.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const ONE = ['--scenario', 'migrate-sync', '--profile', 'linux-5.10'];
const ISOLATE = '*isolatePage(page: Page): Op<boolean> {\n';

/** No stack ever reaches the user, and a pipe gets neither colours nor progress. */
function expectTidy({ stdout, stderr }: Ran): void {
  expect(stdout + stderr).not.toMatch(/^\s+at .+:\d+:\d+\)?$/m);
  // oxlint-disable-next-line no-control-regex
  expect(stdout + stderr).not.toMatch(/\u001B/);
}

function tokenOf(stdout: string): string {
  return /movable-pages replay (mp2\.\S+)/.exec(stdout)?.[1] ?? 'none';
}

describe('movable-pages check', () => {
  test('catches the broken twin with both sides of the race, two columns and a token that replays', async () => {
    const ran = await movablePages(['check', 'examples/first-driver/src/broken.ts', ...ONE]);
    expectTidy(ran);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(/^fail +MP-RACE-001 /m);
    expect(ran.stdout).toMatch(
      /where +compactor in cells-broken\.isolatePage at\s+examples\/first-driver\/src\/broken\.ts:\d+/,
    );
    expect(ran.stdout).toMatch(
      /other +user A .+ in cells-broken\.free at\s+examples\/first-driver\/src\/broken\.ts:\d+/,
    );
    expect(ran.stdout).toMatch(/^ +user A {20,}compactor$/m);
    const token = tokenOf(ran.stdout);
    const first = await movablePages(['replay', token]);
    const second = await movablePages(['replay', token]);
    expect(first.code).toBe(1);
    expect(first.stdout).toContain('MP-RACE-001');
    expect(second.stdout).toBe(first.stdout);
  });

  test('gives a token that survives edits which do not concern it, and says what does not fit any more', async () => {
    const locked = `${ISOLATE}    yield* this.lock.acquire();\n    this.list.delete(page);\n    yield* this.lock.release();\n`;
    const racy = drivers.changed('racy.ts', locked, `${ISOLATE}    this.list.delete(page);\n`);
    const token = tokenOf((await movablePages(['check', racy, ...ONE])).stdout);
    const text = readFileSync(path.join(root, racy), 'utf8');
    const longer = text
      .replace(/^ +private readonly lock = .+$/m, "$&\n  private readonly second = spinLock('cells.second');")
      .replace('workload(): Workload<number> {\n', '$&    const { second } = this;\n')
      .replace('*free(cell) {\n', '$&        yield* second.acquire();\n        yield* second.release();\n');
    expect(longer.match(/second/g)).toHaveLength(5);

    const edited = await movablePages(['replay', token, '--file', drivers.write('longer.ts', longer)]);
    expect(edited).toMatchObject({ code: 1, stderr: '' });
    expect(edited.stdout).toContain('MP-RACE-001');

    const mended = await movablePages(['replay', token, '--file', 'examples/first-driver/src/driver.ts']);
    expectTidy(mended);
    expect(mended).toMatchObject({ code: 0, stderr: '' });
    expect(mended.stdout).toMatch(
      /^cells: the schedule of this token breaks no rule now \(it was found for MP-RACE-001\)/,
    );

    // The point of the schedule has another name: the steps are counted, and it is said.
    const renamed = drivers.write('renamed.ts', text.replace("'cells.lock'", "'cells.guard'"));
    const changed = await movablePages(['replay', token, '--file', renamed]);
    expect(changed.code).toBe(1);
    expect(changed.stderr).toBe(
      'note: the schedule does not fit the driver any more: 0 of its 2 turns fitted\n' +
        'note: turn 1: user A does not come to "release cells.lock" any more; after 3 steps it is at "release cells.guard"\n',
    );
  });

  test.each([
    ['throws', ISOLATE, `${ISOLATE}    throw new Error('no');\n`, 'MP-CALL-002', 'threw Error: no'],
    ['returns 1', 'return MIGRATEPAGE_SUCCESS;', 'return 1;', 'MP-MIG-001', 'number 1'],
    [
      'loops with operations',
      ISOLATE,
      `${ISOLATE}    for (;;) { yield* this.lock.acquire(); yield* this.lock.release(); }\n`,
      'MP-LIVE-001',
      'no end after 5000 steps',
    ],
    ['forgets yield*', 'yield* newPage.get()', 'newPage.get()', 'MP-API-001', 'write yield* before it'],
  ])('a driver that %s', async (name, from, to, rule, text) => {
    const file = drivers.changed(`${name.replaceAll(/\W/g, '-')}.ts`, from, to);
    const ran = await movablePages(['check', file, ...ONE]);
    expectTidy(ran);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toMatch(new RegExp(`^fail +${rule} `, 'm'));
    expect(ran.stdout.replaceAll(/\s+/g, ' ')).toContain(text);
  });

  test.each([
    ['has a callback too few', '*putbackPage(', '*putbackPages(', 'MP_MISSING_CALLBACK'],
    ['is no driver', "@movableDriver({ name: 'cells', contract: 'a_ops' })", '', 'MP_NOT_A_DRIVER'],
    ['does not parse', '*putbackPage(', '*putback Page(', 'MP_CANNOT_LOAD'],
    ['exits the process', ISOLATE, `${ISOLATE}    (globalThis as any).process.exit(0);\n`, 'MP_WORKER_DIED'],
    ['throws when it is built', '  ) {}', "  ) { throw new Error('not today'); }", 'not today'],
  ])('a driver that %s is an error with a code', async (name, from, to, code) => {
    const file = drivers.changed(`${name.replaceAll(/\W/g, '-')}.ts`, from, to);
    const ran = await movablePages(['check', file, ...ONE]);
    expectTidy(ran);
    expect(ran.code).toBe(2);
    expect(ran.stdout + ran.stderr).toContain(code);
  });

  test('two drivers of one name in a module are refused', async () => {
    const tiny = `defineDriver({ name: 'tiny', contract: 'a_ops', create: () => null as never })`;
    const file = drivers.write(
      'twins.ts',
      `import { defineDriver } from '@movable-pages/core';\nexport const a = ${tiny};\nexport const b = ${tiny};\n`,
    );
    const ran = await movablePages(['check', file]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('error MP_DUPLICATE_DRIVER');
  });

  test.each([
    [['check', 'nowhere.ts'], 'MP_CANNOT_LOAD'],
    [['check', 'no-such-package'], 'MP_CANNOT_LOAD'],
    [['check', '--budget', 'huge'], 'MP_USAGE'],
    [['check', '--nonsense'], 'MP_USAGE'],
    [['check', '--workers', '0'], 'MP_USAGE'],
    [['check', '--scenario', 'nothing'], 'MP_UNKNOWN_SCENARIO'],
    [['check', '--profile', 'linux-2.4'], 'MP_UNKNOWN_PROFILE'],
    [['replay', 'mp2.nonsense'], 'MP_BAD_TOKEN'],
    [['explain', 'MP-NO-001'], 'MP_USAGE'],
  ])('%j is refused with %s', async (args, code) => {
    const ran = await movablePages(args);
    expectTidy(ran);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(new RegExp(`^error ${code}: .+`));
  });

  test('JSON has no stacks and the same bytes with one worker and with two', async () => {
    const outputs: string[] = [];
    for (const workers of ['1', '2', '2']) {
      const file = drivers.write(`report-${outputs.length}.json`, '');
      const flags = ['--scenario', 'migrate-sync', '--seed', '7', '--workers', workers];
      const ran = await movablePages([
        'check',
        'examples/first-driver/src/broken.ts',
        ...flags,
        '--format',
        'json',
        '--out',
        file,
      ]);
      expect(ran.code).toBe(1);
      outputs.push(readFileSync(path.join(root, file), 'utf8'));
    }
    expect(JSON.parse(outputs[0]!)).toMatchObject({
      schema: 'movable-pages/verdict@1',
      verdicts: [{ outcome: 'not-conformant' }],
    });
    expect(outputs[0]).not.toContain('    at ');
    expect(outputs[1]).toBe(outputs[0]);
    expect(outputs[2]).toBe(outputs[0]);
  });

  test('a report that cannot be written is an error before anything is checked', async () => {
    const ran = await movablePages([
      'check',
      'examples/first-driver/src/broken.ts',
      ...ONE,
      '--out',
      'no/such/folder/report.txt',
    ]);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('error MP_CANNOT_WRITE');
    expect(ran.stdout).toBe('');
  });

  test('an interrupt ends the search and reports what there is', async () => {
    const ran = await movablePages(['check', '--budget', 'deep'], { interruptAfter: 2500 });
    expectTidy(ran);
    expect(ran.code).toBe(130);
    expect(ran.stdout).toMatch(/balloon 0\.1\.0: interrupted/);
  });
});

describe('movable-pages explain', () => {
  test('says what a rule asks for, and lists the rules', async () => {
    expect((await movablePages(['explain', 'mp-race-001'])).stdout).toMatch(/^MP-RACE-001 No data race\n/);
    expect((await movablePages(['explain'])).stdout.trim().split('\n').length).toBeGreaterThan(20);
  });
});
