import { afterAll, describe, expect, test } from 'vitest';
import { DriverFolder, movablePages } from './support/command.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const ISOLATE = '*isolatePage(page: Page): Op<boolean> {\n';

test('a driver that loops without an operation is ended by the watchdog, and so is its replay', async () => {
  const file = drivers.changed('loops.ts', ISOLATE, `${ISOLATE}    for (;;) if (page.pfn < 0) break;\n`);
  const ran = await movablePages(['check', file, '--scenario', 'migrate-sync', '--profile', 'linux-5.10']);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('cells.isolatePage never came back');
  expect(ran.stdout).toMatch(/^where +compactor in cells\.isolatePage at\s+\S+\/loops\.ts:37$/m);
  expect(ran.stdout).toContain('received  no operation of cells.isolatePage for 10 s\n');
  expect(ran.stdout).toMatch(
    /cells\.isolatePage \{\n +cells\.isolatePage loops and never comes back +<--\n +loops\.ts:37/,
  );
  expect(ran.stdout).not.toContain('without ending');
  const token = /movable-pages replay (mp2\.\S+)/.exec(ran.stdout)?.[1] ?? 'none';
  const again = await movablePages(['replay', token]);
  expect(again.code).toBe(1);
  expect(again.stdout).toContain('cells.isolatePage never came back');
});

describe('a driver that costs a worker in every scenario', () => {
  const ALL = ['--profile', 'linux-6.1', '--format', 'json'];
  interface Shown {
    readonly scenario: string;
    readonly code: string;
    readonly received?: string;
  }
  interface Verdict {
    readonly scenarios: readonly { scenario: string; error: { code: string } | null }[];
    readonly findings: readonly Shown[];
  }
  /** What each scenario came to: its error, or its findings. */
  const shownBy = (stdout: string): Shown[][] => {
    const [verdict] = (JSON.parse(stdout) as { verdicts: [Verdict] }).verdicts;
    return verdict.scenarios.map(({ scenario, error }) => [
      ...(error === null ? [] : [{ scenario, code: error.code }]),
      ...verdict.findings.filter((finding) => finding.scenario === scenario),
    ]);
  };
  const codes = (shown: readonly Shown[]) => shown.map(({ code }) => code);

  test('loops: the first wait is the long one', async () => {
    const file = drivers.changed('loops-always.ts', ISOLATE, `${ISOLATE}    for (;;);\n`);
    const begin = performance.now();
    const ran = await movablePages(['check', file, '--workers', '1', ...ALL]);
    const seconds = (performance.now() - begin) / 1000;
    const reports = shownBy(ran.stdout);
    expect(ran.code).toBe(1);
    expect(reports.map(codes)).toEqual(reports.map(() => ['MP_HANG']));
    const [first, ...others] = reports.map(([shown]) => shown?.received);
    expect(first).toBe('no operation of cells.isolatePage for 10 s');
    for (const received of others)
      expect(received).toBe(
        'no operation of cells.isolatePage for 1 s, after a longer wait there in another scenario',
      );
    // Without the shorter wait it would be ten seconds for each.
    expect(seconds).toBeLessThan(10 * reports.length);
  });

  test('exits: every scenario still gets its verdict', async () => {
    const file = drivers.changed('exits.ts', ISOLATE, `${ISOLATE}    process.exit(3);\n`);
    const ran = await movablePages(['check', file, '--workers', '2', ...ALL]);
    const reports = shownBy(ran.stdout);
    expect(ran.code).toBe(2);
    expect(reports.length).toBeGreaterThan(9);
    expect(reports.map(codes)).toEqual(reports.map(() => ['MP_WORKER_DIED']));
  });

  test('fills the memory: every scenario still gets its verdict', async () => {
    const fill = 'const junk: unknown[] = []; for (;;) junk.push([page]);';
    const file = drivers.changed('fills.ts', ISOLATE, `${ISOLATE}    ${fill}\n`);
    const ran = await movablePages(['check', file, '--workers', '2', ...ALL]);
    const reports = shownBy(ran.stdout);
    expect([1, 2]).toContain(ran.code);
    for (const report of reports)
      expect(codes(report)).toEqual([expect.stringMatching(/^MP_(?:WORKER_DIED|HANG)$/)]);
  });

  test('fills the memory bit by bit: after three workers the rest is not run', async () => {
    const leak = [
      'const all = globalThis as unknown as { junk?: unknown[] };',
      '(all.junk ??= []).push(new Array(300_000).fill(page.pfn));',
    ].join('\n    ');
    const file = drivers.changed('leaks.ts', ISOLATE, `${ISOLATE}    ${leak}\n`);
    const ran = await movablePages(['check', file, '--workers', '1', ...ALL]);
    const reports = shownBy(ran.stdout);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toContain(
      'cells used up the memory of its worker: it allocates without end, or keeps',
    );
    expect(ran.stdout).toContain(
      'used up the memory of 3 workers, so the rest of its scenarios were not run',
    );
    expect(reports.filter(([shown]) => shown?.code === 'MP_WORKER_DIED').length).toBeGreaterThan(3);
  });

  test('ends at the first Ctrl-C, the scenarios that wait included', async () => {
    const file = drivers.changed('loops-on.ts', ISOLATE, `${ISOLATE}    for (;;);\n`);
    const interruptAfter = 5000;
    const begin = performance.now();
    const ran = await movablePages(['check', file, '--workers', '1', ...ALL], { interruptAfter });
    expect(ran.code).toBe(130);
    expect(performance.now() - begin - interruptAfter).toBeLessThan(8000);
  });
});
