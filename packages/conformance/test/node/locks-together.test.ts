import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  certify,
  checkModule,
  Checkpoint,
  checkRegression,
  mergeCheckpoints,
  readCertificate,
  replayToken,
  seal,
  verifyCertificate,
  type CheckModuleOptions,
  type Verdict,
} from '../../src/index.ts';

import mended from './one-order.fixture.ts';
import driver from './other-way-round.fixture.ts';

const cwd = fileURLToPath(new URL('../..', import.meta.url));
const from = 'test/node/other-way-round.fixture.ts';
const scenarios = ['async-then-sync', 'allocation-fails'];
const profiles = ['linux-5.10'];
const options: CheckModuleOptions = { cwd, scenarios, profiles, workers: 1 };
const folder = mkdtempSync(path.join(tmpdir(), 'locks-together-'));
afterAll(() => rmSync(folder, { recursive: true }));

let whole: Verdict[];
beforeAll(async () => {
  whole = await checkModule(from, options);
});

describe('an order of locks that only several scenarios break', () => {
  test('is found whichever worker ran which scenario', async () => {
    expect(whole.map((verdict) => verdict.driver.name)).toEqual([driver.name]);
    expect(whole[0]!.findings.map(({ ruleId }) => ruleId)).toContain('MP-DEAD-001');
    expect(await checkModule(from, { ...options, workers: 2 })).toEqual(whole);
  });

  test('is found when shards are merged, though none of them finds it', async () => {
    const files: string[] = [];
    for (let index = 0; index < 2; index++) {
      const file = path.join(folder, `shard-${index}.json`);
      const shard = { index, of: 2 };
      const checkpoint = Checkpoint.begin(file, {
        root: cwd,
        modules: [from],
        profiles,
        scenarios,
        rules: null,
        waivers: [],
        budget: 'quick',
        seed: null,
        shard,
      });
      const [part] = await checkModule(from, { ...options, shard, checkpoint });
      checkpoint.write();
      files.push(file);
      expect(part!.findings).toEqual([]);
    }
    expect(mergeCheckpoints(files).verdicts).toEqual(JSON.parse(JSON.stringify(whole)));
  });

  test('replays by its token, with a trace', async () => {
    const [finding] = whole[0]!.findings;
    const replayed = await replayToken(finding!.token, { cwd });
    expect(finding!.elsewhere).toEqual(['async-then-sync']);
    expect(replayed.misfits).toEqual([]);
    const { title, received, where, other, schedule } = finding!;
    expect(replayed.finding).toMatchObject({ title, received, where, other, schedule });
    expect(replayed.finding!.trace.at(-1)).toMatchObject({
      thread: finding!.where.thread,
      text: expect.stringContaining('counts.second') as string,
    });
  });

  test('is gone where it was mended, and only there', async () => {
    const { token } = whole[0]!.findings[0]!;
    expect(await checkRegression(token, { cwd })).toMatchObject({ ruleId: 'MP-DEAD-001' });
    const file = 'test/node/one-order.fixture.ts';
    expect(mended.name).toBe(driver.name);
    expect(await checkRegression(token, { cwd, file })).toBeNull();
  });

  test('is certified, and nobody can leave it out', async () => {
    const honest = readCertificate(JSON.stringify(certify(whole, cwd)), 'c.json');
    const verify = { cwd, seed: 1, today: '2026-11-26', workers: 1 };
    expect((await verifyCertificate(honest, verify)).problems).toEqual([]);
    const [certified] = honest.drivers;
    const units = certified!.units.map((unit) => ({ ...unit, locks: [] }));
    const rules = certified!.rules.map((rule) =>
      rule.status === 'fail' ? { ...rule, status: 'inconclusive' as const } : rule,
    );
    const forged = seal({ ...honest, drivers: [{ ...certified!, outcome: 'inconclusive', rules, units }] });
    const { problems } = await verifyCertificate(forged, { ...verify, full: true });
    expect(problems.map(({ code }) => code)).toContain('MP_CERTIFICATE_DIFFERS');
  });
});
