import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Verdict } from '@movable-pages/conformance';
import { defineConfig, run, type Config } from '../src/index.ts';
import { fakeApi, fakeIo, finding, verdict } from './fakes.ts';

let cwd = '';
beforeEach(() => (cwd = mkdtempSync(path.join(tmpdir(), 'movable-pages-settings-'))));
afterEach(() => rmSync(cwd, { recursive: true, force: true }));

const WAIVER = { rule: 'MP-RACE-001', reason: 'mended in 2.0', until: '2027-01-31' };

/** Runs the command in the folder, with a settings file that says this. */
async function inFolder(argv: string[], config: unknown, modules: Record<string, Verdict> = {}) {
  if (config !== undefined) writeFileSync(path.join(cwd, 'movable-pages.config.ts'), '');
  const { io, written } = fakeIo({ cwd });
  const { api, asked } = fakeApi(modules);
  const loading = {
    ...api,
    loadModule: async () => {
      if (config instanceof Error) throw config;
      return { default: config };
    },
  };
  const code = await run(argv, io, loading);
  return { code, asked, ...written };
}

describe('settings of a project', () => {
  const settings: Config = defineConfig({
    drivers: ['a.ts', 'b.ts'],
    profiles: ['linux-6.1'],
    budget: 'deep',
    seed: 7,
    waivers: [WAIVER],
  });
  const modules = { 'a.ts': verdict('conformant'), 'b.ts': verdict('conformant') };

  test('say what is checked, and how', async () => {
    const { code, asked } = await inFolder([], settings, modules);
    expect(code).toBe(0);
    expect(asked.map(({ module }) => module)).toEqual(['a.ts', 'b.ts']);
    expect(asked[0]!.options).toMatchObject({
      profiles: ['linux-6.1'],
      budget: 'deep',
      seed: 7,
      waivers: [WAIVER],
    });
  });

  test('give way to the command line', async () => {
    const argv = ['check', 'b.ts', '--profile', 'linux-5.10', '--budget', 'quick', '--seed', '3'];
    const { asked } = await inFolder(argv, settings, modules);
    expect(asked).toMatchObject([
      { module: 'b.ts', options: { profiles: ['linux-5.10'], budget: 'quick', seed: 3 } },
    ]);
  });

  test.each<[string, unknown, string]>([
    ['throw', new SyntaxError('Unexpected token'), 'cannot be loaded: Unexpected token'],
    ['export a text', 'quick', 'has no default export'],
    ['set something that there is not', { driver: 'a.ts' }, 'sets driver, which is nothing that can be set'],
    ['set a wrong budget', { budget: 'huge' }, `sets budget to "huge"; it must be 'quick'`],
    ['set a wrong seed', { seed: 0 }, 'sets seed to 0; it must be a whole number'],
    ['set drivers that are no list', { drivers: 'a.ts' }, 'sets drivers to "a.ts"; it must be a list'],
    ['set waivers that are none', { waivers: ['MP-RACE-001'] }, 'it must be a list of { rule'],
  ])('that %s are refused by code, before anything is checked', async (_, config, message) => {
    const { code, err, asked } = await inFolder(['check', 'a.ts'], config, modules);
    expect(code).toBe(2);
    expect(err).toMatch(/^error MP_BAD_CONFIG: movable-pages\.config\.ts /);
    expect(err).toContain(message);
    expect(asked).toEqual([]);
  });

  test('that are named must be there', async () => {
    const { err } = await inFolder(['check', 'a.ts', '--config', 'mine.ts'], settings, modules);
    expect(err).toMatch(/^error MP_BAD_CONFIG: mine\.ts does not exist/);
  });

  test('with a waiver that has ended are an error', async () => {
    const ended = { waivers: [{ ...WAIVER, until: '2026-11-25' }] };
    const { code, err, asked } = await inFolder(['check', 'a.ts'], ended, modules);
    expect(code).toBe(2);
    expect(err).toMatch(/^error MP_WAIVER_EXPIRED: the waiver of MP-RACE-001 ended on 2026-11-25/);
    expect(asked).toEqual([]);
  });
});

describe('what failed in the last run', () => {
  const failing: Verdict = {
    ...verdict('not-conformant', 'a'),
    findings: [finding],
    scenarios: [scenarioOf('migrate-sync'), scenarioOf('putback')],
  };

  test('is run again, and nothing else', async () => {
    mkdirSync(path.join(cwd, 'node_modules'));
    await inFolder(['check', 'a.ts', 'b.ts'], undefined, {
      'a.ts': failing,
      'b.ts': verdict('conformant', 'b'),
    });

    const { asked } = await inFolder(['check', '--rerun-failed'], undefined, {
      'a.ts': verdict('partial', 'a'),
    });
    expect(asked).toMatchObject([
      { module: 'a.ts', options: { scenarios: ['migrate-sync'], profiles: ['linux-5.10'] } },
    ]);

    const again = await inFolder(['check', '--rerun-failed'], undefined);
    expect(again).toMatchObject({ code: 0, out: 'nothing failed in the last run\n', asked: [] });
  });

  test('stands in the file that is named', async () => {
    const last = path.join(cwd, 'deep/last.json');
    await inFolder(['check', 'a.ts', '--last-run', last], undefined, { 'a.ts': failing });
    expect(JSON.parse(readFileSync(last, 'utf8'))).toMatchObject({ failed: [{ from: 'a.ts' }] });
  });

  test('is an error by code if nothing is remembered', async () => {
    const { code, err } = await inFolder(['check', '--rerun-failed'], undefined);
    expect(code).toBe(2);
    expect(err).toMatch(/^error MP_NO_LAST_RUN: /);
  });
});

describe('a certificate', () => {
  test('is written if there is something to certify', async () => {
    const { io, written } = fakeIo({ cwd });
    const { api } = fakeApi({ 'a.ts': verdict('conformant') });
    const certify = async () => ({ checksum: 'abc' }) as never;
    expect(await run(['check', 'a.ts', '--certificate', 'c.json'], io, { ...api, certify })).toBe(0);
    expect(written.files.get('c.json')).toBe('{\n  "checksum": "abc"\n}\n');
  });

  test('of a module that cannot be loaded is none, and costs the report nothing', async () => {
    const { code, err, out, files } = await inFolder(
      ['check', 'a.ts', 'gone.ts', '--certificate', 'c.json'],
      undefined,
      { 'a.ts': verdict('not-conformant', 'a') },
    );
    expect(code).toBe(1);
    expect(err).toContain('error MP_NO_CERTIFICATE: gone.ts could not be loaded');
    expect(out).toContain('a 1.0.0: not conformant');
    expect(files.size).toBe(0);
  });
});

describe('flags of a selection', () => {
  test('reach the check', async () => {
    const argv = ['check', 'a.ts', '--rule', 'mp-mig-003', '--rule', 'MP-RACE-001', '--bail'];
    const { asked } = await inFolder(argv, undefined, { 'a.ts': verdict('partial') });
    expect(asked[0]!.options).toMatchObject({ rules: ['MP-MIG-003', 'MP-RACE-001'], bail: true });
  });

  test('a level stands for its rules', async () => {
    const { asked } = await inFolder(['check', 'a.ts', '--level', 'concurrency'], undefined, {
      'a.ts': verdict('partial'),
    });
    expect(asked[0]!.options?.rules).toEqual(['MP-RACE-001', 'MP-DEAD-001', 'MP-LIVE-001']);
  });

  test.each([
    [['--rule', 'MP-NO-001'], 'MP_UNKNOWN_RULE'],
    [['--level', 'extreme'], 'MP_USAGE'],
    [['--show', '0'], 'MP_USAGE'],
    [['--shard', '1/2', '--checkpoint', 'c.json', '--certificate', 'd.json'], 'MP_USAGE'],
  ])('%j is refused with %s', async (flags, code) => {
    const ran = await inFolder(['check', 'a.ts', ...flags], undefined);
    expect(ran.code).toBe(2);
    expect(ran.err).toMatch(new RegExp(`^error ${code}: `));
  });

  test('--bail does not begin with the next driver after a failure', async () => {
    const { asked, code } = await inFolder(['check', 'a.ts', 'b.ts', '--bail'], undefined, {
      'a.ts': verdict('not-conformant'),
      'b.ts': verdict('conformant'),
    });
    expect(code).toBe(1);
    expect(asked.map(({ module }) => module)).toEqual(['a.ts']);
  });
});

function scenarioOf(id: string): Verdict['scenarios'][number] {
  return {
    scenario: id,
    profile: 'linux-5.10',
    executions: 1,
    steps: 1,
    error: null,
  } as Verdict['scenarios'][number];
}
