import { encodeToken, type TokenContent } from '@movable-pages/conformance';
import { afterAll, describe, expect, test } from 'vitest';
import { DriverFolder, movablePages } from './support/command.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const ONE = ['--scenario', 'migrate-sync', '--profile', 'linux-6.1'];
const JSON_OUT = ['--profile', 'linux-6.1', '--format', 'json'];
const ISOLATE = '*isolatePage(page: Page): Op<boolean> {\n';
const DRIVER = 'examples/first-driver/src/driver.ts';

const isolating = (name: string, code: string) => drivers.changed(name, ISOLATE, `${ISOLATE}    ${code}\n`);

describe('a driver that goes behind the back of the suite', () => {
  test('and throws later ends its worker, and the command ends too', async () => {
    const file = drivers.changed(
      'later.ts',
      ') {}\n',
      `) { queueMicrotask(() => { throw new Error('later'); }); }\n`,
    );
    // The worker used to be left waiting in one run of three.
    for (let run = 0; run < 3; run++) {
      const ran = await movablePages(['check', file, ...ONE]);
      expect(ran.code).toBe(2);
      expect(ran.stdout + ran.stderr).toContain(
        'error MP_WORKER_DIED: the worker that ran the driver ended: later',
      );
    }
  });

  test('and leaves something to the host is found out before that runs', async () => {
    const file = isolating('leaves.ts', `void (async () => { await null; this.list.clear(); })();`);
    const ran = await movablePages(['check', file, ...ONE]);
    expect(ran.code).toBe(1);
    expect(ran.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'asks the host: a promise; what is left to the host',
    );
    expect(ran.stdout).toMatch(/leaves\.ts:\d+/);
  });

  test('and leaves a rejection behind costs nobody else his verdict', async () => {
    const file = isolating('rejects.ts', `void Promise.reject(new Error('boo'));`);
    for (let run = 0; run < 3; run++) {
      const ran = await movablePages([
        'check',
        file,
        DRIVER,
        ...ONE,
        '--scenario',
        'putback',
        '--workers',
        '2',
      ]);
      expect(ran.stderr).toBe('');
      expect(ran.stdout).toMatch(/^cells 0\.0\.0: .+: not conformant: 1 rule fails \(MP-DET-001\)/m);
      expect(ran.stdout.trimEnd().split('\n').at(-1)).toMatch(/^cells 0\.0\.0: partial verdict/);
    }
  });

  test.each(['process.exit(0)', 'await new Promise(() => {})'])(
    'settings that do %s are refused',
    async (what) => {
      const file = drivers.write('settings.ts', `${what};\nexport default {};\n`);
      const ran = await movablePages(['check', DRIVER, '--config', file]);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toMatch(/^error MP_BAD_CONFIG: the command ended before it was done/);
    },
  );

  test('and prints does not write into the report', async () => {
    const file = isolating('prints.ts', `console.log('from the driver'); console.error('from the driver');`);
    const ran = await movablePages(['check', file, '--scenario', 'from-nothing', ...JSON_OUT]);
    const silent = await movablePages(['check', DRIVER, '--scenario', 'from-nothing', ...JSON_OUT]);
    const plain = (text: string) => text.replaceAll(file, DRIVER).replaceAll(/"digest": "\w+"/g, '');
    expect(plain(ran.stdout)).toBe(plain(silent.stdout));
    expect(ran.stderr).toBe('');
  });

  test('and prints is heard in a replay, on standard error', async () => {
    const file = isolating(
      'talks.ts',
      `console.log('page', page.pfn); console.error('still', 1); return 7 as never;`,
    );
    const ran = await movablePages(['check', file, '--scenario', 'putback', '--profile', 'linux-6.1']);
    const token = /movable-pages replay (mp\d\.\S+)/.exec(ran.stdout)?.[1] ?? 'none';
    const again = await movablePages(['replay', token]);
    expect(again.code).toBe(1);
    expect(again.stderr).toBe('page 0\nstill 1\n');
    expect(again.stdout).toMatch(/^MP-ISO-001 /);
  });

  test('and slips is not told to return an error', async () => {
    const file = isolating('slips.ts', `(page as { nothing?: string[] }).nothing!.at(0);`);
    const ran = await movablePages(['check', file, '--scenario', 'putback', '--profile', 'linux-6.1']);
    expect(ran.stdout).toMatch(/^received +TypeError: Cannot read properties of undefined/m);
    expect(ran.stdout).toMatch(/^hint +the model itself went wrong here/m);
  });

  test.each([
    ['throws', `throw new TypeError('at the top');`, 'MP_CANNOT_LOAD: .+: TypeError: at the top'],
    ['exits', 'process.exit(0);', 'MP_WORKER_DIED: .+ a driver must not exit the process'],
  ])('and %s while it is loaded', async (name, line, error) => {
    const file = drivers.write(`top-${name}.ts`, `export const answer = 42;\n${line}\n`);
    const ran = await movablePages(['check', file]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(`^error ${error}[^\n]*\n$`));
  });
});

test('one scenario of the right driver is inconclusive, one profile of two a partial verdict', async () => {
  const some = await movablePages(['check', DRIVER, '--scenario', 'from-nothing', '--profile', 'linux-6.1']);
  expect(some.code).toBe(3);
  expect(some.stdout).toMatch(/^vacuous +MP-PUT-001 /m);
  const all = await movablePages(['check', DRIVER, '--profile', 'linux-6.1']);
  expect(all.code).toBe(0);
  const partial = 'cells 0.0.0: partial verdict (only linux-6.1)';
  expect(all.stdout.split('\n')[0]).toBe(partial);
  expect(all.stdout).toMatch(
    /\ncells 0\.0\.0: partial verdict \(only linux-6\.1\): \d+ rules pass in [\d,]+ schedules\n$/,
  );
  expect(all.stdout).not.toContain('conformant');
});

test('a module that cannot be loaded costs the others nothing', async () => {
  const ran = await movablePages([
    'check',
    DRIVER,
    'nowhere.ts',
    '--scenario',
    'from-nothing',
    '--profile',
    'linux-6.1',
  ]);
  expect(ran.code).toBe(2);
  expect(ran.stdout).toContain('cells 0.0.0: partial verdict (only from-nothing; linux-6.1)');
  expect(ran.stderr).toMatch(/^error MP_CANNOT_LOAD: there is no file nowhere\.ts in .+\n$/);
});

describe('movable-pages replay', () => {
  const token = (changes: Partial<TokenContent>) =>
    encodeToken({
      driver: 'cells',
      version: '0.0.0',
      from: DRIVER,
      profile: 'linux-6.1',
      scenario: 'migrate-sync',
      ruleId: 'MP-RACE-001',
      schedule: { segments: [], choices: [] },
      ...changes,
    });

  test.each([
    [{ from: './gone.ts' }, 'MP_CANNOT_LOAD'],
    [{ driver: 'sells' }, 'MP_UNKNOWN_DRIVER'],
    [{ scenario: 'nothing' }, 'MP_UNKNOWN_SCENARIO'],
    [{ profile: 'linux-2.4' }, 'MP_UNKNOWN_PROFILE'],
  ])('refuses a token of %j with %s', async (changes, code) => {
    const ran = await movablePages(['replay', token(changes)]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(`^error ${code}: [^\n]+\n$`));
  });

  test('says that a schedule breaks nothing, and what changed', async () => {
    const ran = await movablePages(['replay', token({ version: '0.0.1' })]);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(
      /^cells: the schedule of this token breaks no rule now .*\nThe schedule still fits: /,
    );
    expect(ran.stderr).toBe('note: driver version 0.0.1 -> 0.0.0\n');
  });

  test('says that a schedule does not fit', async () => {
    const segments = [{ thread: 'nobody', steps: 3 }];
    const ran = await movablePages(['replay', token({ schedule: { segments, choices: [] } })]);
    expect(ran.code).toBe(3);
    expect(ran.stderr).toBe(
      'note: the schedule does not fit the driver any more: 0 of its 1 turn fitted\nnote: turn 1: there is no thread nobody\n',
    );
  });
});
