import { describe, expect, test } from 'vitest';
import type { Verdict } from '@movable-pages/conformance';
import { run } from '../src/index.ts';
import { coded, fakeApi, fakeIo, finding, verdict } from './fakes.ts';

const content = {
  driver: 'toy',
  version: '1.0.0',
  from: 'toy.ts',
  profile: 'linux-5.10',
  scenario: 'migrate-sync',
  suite: '0.1.0',
  ruleId: 'MP-RACE-001',
  schedule: finding.schedule,
};

describe('exit codes of check', () => {
  const OUTCOMES: [Verdict['outcome'], number][] = [
    ['conformant', 0],
    ['partial', 0],
    ['not-conformant', 1],
    ['broken', 2],
    ['inconclusive', 3],
    ['interrupted', 130],
  ];

  test.each(OUTCOMES)('%s', async (outcome, code) => {
    const { io, written } = fakeIo();

    expect(await run(['check', 'toy.ts'], io, fakeApi({ 'toy.ts': verdict(outcome) }).api)).toBe(code);
    expect(written.out).toContain('toy 1.0.0');
  });

  test.each<[Verdict['outcome'][], number]>([
    [['conformant', 'inconclusive'], 3],
    [['inconclusive', 'broken', 'conformant'], 2],
    [['broken', 'not-conformant'], 1],
    [['not-conformant', 'interrupted'], 130],
  ])('of several drivers the worst counts: %j', async (outcomes, code) => {
    const modules = Object.fromEntries(outcomes.map((outcome, index) => [`${index}.ts`, verdict(outcome)]));

    expect(await run(['check', ...Object.keys(modules)], fakeIo().io, fakeApi(modules).api)).toBe(code);
  });
});

describe('check', () => {
  test('without a command or a module judges the bundled drivers with the quick budget', async () => {
    const bundled = ['balloon', 'zsmalloc', 'gpu-buffer'];
    const modules = bundled.map((name) => `@movable-pages/driver-${name}`);
    const { api, asked } = fakeApi(
      Object.fromEntries(modules.map((module, at) => [module, verdict('conformant', bundled[at]!)])),
    );

    expect(await run([], fakeIo().io, api)).toBe(0);
    expect(asked).toMatchObject(modules.map((module) => ({ module, options: { budget: 'quick' } })));
  });

  test('hands its flags on', async () => {
    const { api, asked } = fakeApi({ 'toy.ts': verdict('conformant') });
    const flags =
      '--profile linux-5.10 --profile linux-6.1 --scenario unload --budget deep --seed 9 --workers 2';

    await run(['check', ...flags.split(' '), 'toy.ts'], fakeIo().io, api);

    expect(asked[0]!.options).toMatchObject({
      cwd: '/x/me',
      profiles: ['linux-5.10', 'linux-6.1'],
      scenarios: ['unload'],
      budget: 'deep',
      seed: 9,
      workers: 2,
    });
  });

  test('a module that cannot be loaded costs the others nothing', async () => {
    const { io, written } = fakeIo();
    const { api, asked } = fakeApi({ 'toy.ts': verdict('conformant') });

    expect(await run(['check', 'gone.ts', 'toy.ts'], io, api)).toBe(2);
    expect(asked).toHaveLength(2);
    expect(written.out).toContain('toy 1.0.0: conformant');
    expect(written.err).toBe('error MP_CANNOT_LOAD: there is no file gone.ts\n');
  });

  test('a signal reaches the search', async () => {
    const { signal } = new AbortController();
    const { api, asked } = fakeApi({ 'toy.ts': verdict('interrupted') });

    expect(await run(['check', 'toy.ts'], fakeIo({ signal }).io, api)).toBe(130);
    expect(asked[0]!.options?.signal).toBe(signal);
  });

  test('in a pipe there are results and nothing else', async () => {
    const { io, written } = fakeIo();
    await run(['check', 'toy.ts'], io, fakeApi({ 'toy.ts': verdict('conformant') }).api);

    expect(written.err).toBe('');
    expect(written.out).not.toContain('\u001B');
  });

  test('--no-color wins over a terminal', async () => {
    const { io, written } = fakeIo({ color: true });
    await run(['check', '--no-color', 'toy.ts'], io, fakeApi({ 'toy.ts': verdict('conformant') }).api);

    expect(written.out).not.toContain('\u001B');
  });
});

describe('the JSON report', () => {
  const { api } = fakeApi({ 'toy.ts': verdict('not-conformant') });

  test('goes to standard output alone', async () => {
    const { io, written } = fakeIo();

    expect(await run(['check', 'gone.ts', 'toy.ts', '--format', 'json'], io, api)).toBe(1);
    expect(JSON.parse(written.out)).toMatchObject({
      schema: 'movable-pages/verdict@1',
      verdicts: [{ outcome: 'not-conformant' }],
      failures: [{ from: 'gone.ts', code: 'MP_CANNOT_LOAD' }],
    });
  });

  test('goes to a file, and the report is still printed', async () => {
    const { io, written } = fakeIo();

    await run(['check', 'toy.ts', '--format', 'json', '--out', 'v.json'], io, api);

    expect(JSON.parse(written.files.get('v.json')!).verdicts).toHaveLength(1);
    expect(written.out).toContain('toy 1.0.0: not conformant');
  });

  test('that cannot be written is an error with a code, after the report', async () => {
    const { io, written } = fakeIo({
      writeFile: () => {
        throw coded('MP_CANNOT_WRITE', 'no room');
      },
    });

    expect(await run(['check', 'toy.ts', '--format', 'json', '--out', 'v.json'], io, api)).toBe(2);
    expect(written.err).toBe('error MP_CANNOT_WRITE: no room\n');
    expect(written.out).toContain('toy 1.0.0: not conformant');
  });
});

describe('what is called wrongly', () => {
  test.each([
    [['check', '--budget', 'huge']],
    [['check', '--workers', 'many']],
    [['check', '--seed', '1.5']],
    [['check', '--format', 'xml']],
    [['check', '--nonsense']],
    [['replay']],
    [['explain', 'MP-RACE-999']],
  ])('%j', async (argv) => {
    const { io, written } = fakeIo();
    const { api, asked } = fakeApi({});

    expect(await run(argv, io, api)).toBe(2);
    expect(written.err).toMatch(/^error MP_USAGE: .+\n$/);
    expect(written.out).toBe('');
    expect(asked).toEqual([]);
  });

  test('a fault of our own says so, without a stack', async () => {
    const { io, written } = fakeIo();

    expect(await run(['check', 'toy.ts'], io, fakeApi({ 'toy.ts': new Error('oops') }).api)).toBe(2);
    expect(written.err).toMatch(/^error MP_INTERNAL: oops\n/);
    expect(written.err).not.toMatch(/^ +at /m);
  });
});

describe('replay', () => {
  const report = { content, finding, misfits: [], changed: [] };
  const replayed = async (answer: Parameters<typeof fakeApi>[1]) => {
    const { io, written } = fakeIo();
    const code = await run(['replay', 'mp2.abc'], io, fakeApi({}, answer).api);
    return { code, ...written };
  };

  test('shows what the schedule finds, twice the same', async () => {
    const first = await replayed(report);

    expect(first.code).toBe(1);
    expect(first.out).toContain('replay: movable-pages replay mp2.abc');
    expect(await replayed(report)).toEqual(first);
  });

  test('of a mended driver exits 0 and names the rule', async () => {
    expect(await replayed({ ...report, finding: null })).toMatchObject({
      code: 0,
      out: expect.stringContaining('MP-RACE-001'),
    });
  });

  test('says on standard error what changed and what does not fit', async () => {
    const ran = await replayed({
      ...report,
      finding: null,
      misfits: [
        {
          kind: 'blocked' as const,
          segment: 0,
          thread: 'compactor',
          expected: null,
          instead: 'acquire toy.lock',
          message: 'compactor cannot go on: it waits in "acquire toy.lock"',
        },
      ],
      changed: ['driver 1.0.0 -> 1.0.1'],
    });

    expect(ran.code).toBe(3);
    expect(ran.err).toContain('driver 1.0.0 -> 1.0.1');
    expect(ran.err).toContain(
      'note: the schedule does not fit the driver any more: 0 of its 1 turn fitted\n',
    );
    expect(ran.err).toContain('note: turn 1: compactor cannot go on: it waits in "acquire toy.lock"\n');
  });

  test('of no token is refused by code', async () => {
    expect(await replayed(undefined)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^error MP_BAD_TOKEN: /),
    });
  });
});

describe('help', () => {
  test.each([['--help'], ['--version']])('%s exits 0', async (flag) => {
    const { io, written } = fakeIo();

    expect(await run([flag], io, fakeApi({}).api)).toBe(0);
    expect(written.out).not.toBe('');
    expect(written.err).toBe('');
  });

  test('says what the exit codes mean', async () => {
    const { io, written } = fakeIo();
    await run(['--help'], io, fakeApi({}).api);

    for (const code of [0, 1, 2, 3, 130]) expect(written.out).toMatch(new RegExp(`^ +${code} +\\w`, 'm'));
  });

  test('explains a rule, in any case of letters', async () => {
    const { io, written } = fakeIo();

    expect(await run(['explain', 'mp-race-001'], io, fakeApi({}).api)).toBe(0);
    expect(written.out).toMatch(/^MP-RACE-001 /);
    expect(written.out).toContain('hint');
  });
});
