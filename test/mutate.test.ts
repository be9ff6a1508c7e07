import { readFileSync } from 'node:fs';
import path from 'node:path';
import { mutationOperators } from '@movable-pages/mutate';
import { describe, expect, test } from 'vitest';
import { movablePages } from './support/command.ts';
import { runModule } from './support/run-module.ts';
import { read, root } from './support/repository.ts';

const FILE = 'packages/mutate/test/driver.fixture.ts';
const HELPER = 'packages/mutate/test/helper.fixture.ts';
const ONE = ['--profile', 'linux-6.1', '--workers', '1', '--preemptions', '0'];
const MUTATE = ['mutate', FILE, '--scenario', 'two-compactors', ...ONE];
const operators = (...ids: string[]) => ids.flatMap((id) => ['--operator', id]);

const lines = read(FILE).split('\n');
const at = (id: string, piece: string) =>
  `${id}@${FILE}:${lines.findIndex((line) => line.includes(piece)) + 1}`;

interface Report {
  readonly found: number;
  readonly score: number;
  readonly interrupted: boolean;
  readonly counts: Readonly<Record<string, number>>;
  readonly mutants: readonly { readonly id: string; readonly outcome: string }[];
}

describe('movable-pages mutate', () => {
  test('says which rule kills a mutant, which mutants survive and which are explained', async () => {
    const kinds = operators('forget-clear', 'drop-mode-check', 'drop-copy', 'wrong-page', 'skip-get');
    const ran = await movablePages([...MUTATE, ...kinds, '--format', 'json']);
    const report = JSON.parse(ran.stdout) as Report;
    const of = (id: string) => report.mutants.find((mutant) => mutant.id === id);

    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(of(at('forget-clear', 'clearPageMovable(oldPage)'))).toMatchObject({
      outcome: 'killed',
      kill: { how: 'rule', by: ['MP-REL-001'], scenario: 'two-compactors', profile: 'linux-6.1' },
      hunks: [{ before: ['        yield* clearPageMovable(oldPage);'], after: [] }],
    });
    // No mode but SYNC is asked for here, so what the driver says to another is not judged.
    expect(of(at('drop-mode-check', 'MigrateMode.syncNoCopy'))).toMatchObject({
      outcome: 'survived',
      kill: null,
      reachedIn: ['two-compactors'],
    });
    expect(of(`skip-get@${HELPER}:5`)).toMatchObject({ outcome: 'survived', reachedIn: [] });
    expect(of(at('drop-copy', 'yield* copyPage'))).toMatchObject({
      outcome: 'ignored',
      reason: 'whoever reads this knows better',
    });
    const { killed = 0, survived = 0 } = report.counts;
    expect(report).toMatchObject({ interrupted: false, counts: { ignored: 1, undecided: 0, 'not-run': 0 } });
    expect(killed + survived).toBe(report.found - 1);
    expect(report.score).toBeCloseTo(killed / (killed + survived));
  });

  test('leaves out what its author does, unless it is asked for by name', async () => {
    const host = 'packages/driver-balloon/src/host.ts';
    const asked = ['packages/driver-balloon/src/driver.ts', '--scenario', 'two-compactors', '--limit', '9'];
    const report = async (...more: string[]) =>
      JSON.parse((await movablePages(['mutate', ...asked, ...ONE, '--format', 'json', ...more])).stdout);

    const whole = await report();
    expect(whole.files).not.toContain(host);
    expect(whole.leftOut).toContainEqual({ file: host, reason: expect.stringContaining("the host's side") });
    expect(await report('--mutate', host)).toMatchObject({ files: [host], leftOut: [] });
  });

  test('picks by limit, seed, file and operator, and reports for people', async () => {
    const asked = ['--limit', '2', '--seed', '3', '--mutate', 'packages/mutate/test/driver*'];
    const ran = await movablePages([...MUTATE, ...operators('forget-clear', 'forget-set'), ...asked]);

    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^forget-clear .+ MP-REL-001/m);
    expect(ran.stdout.replaceAll(/\s+/g, ' ')).toContain(
      'tiny 0.0.0: 2 of 2 mutants killed with at most 0 preemptions, score 1.000; 2 of 4 picked by seed 3',
    );
  });

  test.each([
    [['--operator', 'skip-pot'], 'MP_UNKNOWN_OPERATOR'],
    [['--mutate', 'nowhere/*'], 'MP_NOTHING_TO_MUTATE'],
    [['--mutate', HELPER], 'MP_NOTHING_TO_MUTATE'],
  ])('says what to do if nothing can be mutated as asked: %j', async (asked, code) => {
    const ran = await movablePages([...MUTATE, ...asked]);

    expect(ran).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(`error ${code}: `) as string,
    });
  });

  test('refuses a driver that does not pass as it is', async () => {
    const ran = await movablePages([
      'mutate',
      'examples/first-driver/src/broken.ts',
      '--scenario',
      'putback',
      ...ONE,
    ]);

    expect(ran.code).toBe(2);
    expect(ran.stderr).toMatch(/^error MP_ORIGINAL_FAILS: .*MP-RACE-001/);
  });

  test('reports what there is when it is interrupted', async () => {
    const report = await runModule<Report>(`
      import { mutateModule } from '@movable-pages/mutate';
      const interrupt = new AbortController();
      const report = await mutateModule('${FILE}', {
        cwd: ${JSON.stringify(root)},
        scenarios: ['two-compactors'],
        profiles: ['linux-6.1'],
        preemptions: 0,
        workers: 1,
        operators: ['forget-set', 'forget-clear'],
        signal: interrupt.signal,
        onEvent: ({ type }) => type === 'mutant' && interrupt.abort(),
      });
      console.log(JSON.stringify(report));
    `);

    expect(report.interrupted).toBe(true);
    const { killed = 0, 'not-run': notRun = 0 } = report.counts;
    expect(killed).toBeGreaterThan(0);
    expect(notRun).toBeGreaterThan(0);
    expect(killed + notRun).toBe(4);
  });
});

test('the guide lists every operator', () => {
  const rows = mutationOperators.map(({ id, title }) => `| \`${id}\` | ${title} |`);

  expect(read('docs/guide/mutate.md')).toContain(`| --- | --- |\n${rows.join('\n')}\n\n`);
});

test('a trial loads other texts in the place of files, and outlives what they do', async () => {
  const file = path.join(root, 'examples/first-driver/src/driver.ts');
  const before = readFileSync(file, 'utf8');
  const results = await runModule<Record<string, unknown>>(`
    import { readFileSync } from 'node:fs';
    import { REACHED, TrialBench } from '@movable-pages/conformance';
    const bench = new TrialBench('examples/first-driver/src/driver.ts', {
      cwd: ${JSON.stringify(root)}, workers: 1, watchdog: 3000,
    });
    const path = ${JSON.stringify(file)};
    const begin = '*isolatePage(page: Page): Op<boolean> {\\n';
    const units = ['putback', 'migrate-again'].map((scenario) => ({ driver: 'cells', scenario, profile: 'linux-6.1' }));
    const isolating = (more) =>
      ({ id: more, texts: { [path]: readFileSync(path, 'utf8').replace(begin, (found) => found + more) } });
    const run = (more) => bench.run(isolating(more), units, 0);
    console.log(JSON.stringify({
      probe: await run('globalThis.' + REACHED + '.add(7);'),
      leak: await run('yield* this.lock.acquire();'),
      nonsense: await run('const'),
      loop: await run('for (;;);'),
      exit: await run('process.exit(3);'),
      fine: await run(''),
      loading: await bench.run({ id: 'loading', texts: { [path]: readFileSync(path, 'utf8') +
        '(globalThis.' + REACHED + ' ??= new Set()).add(9);' } }, units, 0),
    }));
    await bench.close();
  `);

  const units = ['putback', 'migrate-again'].map((scenario) => ({
    driver: 'cells',
    scenario,
    profile: 'linux-6.1',
  }));
  const line = before.slice(0, before.indexOf('*isolatePage')).split('\n').length + 1;
  const source = `examples/first-driver/src/driver.ts:${line}`;
  expect(results).toMatchObject({
    probe: { end: 'done', trials: units.map((unit) => ({ unit, reached: [7], report: { findings: [] } })) },
    leak: { end: 'done', trials: [{ unit: units[0], report: { findings: [{ where: { source } }] } }] },
    nonsense: { end: 'refused', code: 'MP_CANNOT_LOAD' },
    loop: { end: 'hung', place: 'cells.isolatePage' },
    exit: { end: 'died', code: 'MP_WORKER_DIED' },
    fine: { end: 'done', trials: units.map((unit) => ({ unit, reached: [], report: { findings: [] } })) },
    loading: { end: 'done', trials: units.map((unit) => ({ unit, reached: [9] })) },
  });
  expect(readFileSync(file, 'utf8')).toBe(before);
});
