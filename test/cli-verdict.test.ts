import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DriverFolder, movablePages } from './support/command.ts';
import { root } from './support/repository.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const DRIVER = 'examples/first-driver/src/driver.ts';
const BROKEN = 'examples/first-driver/src/broken.ts';
const FEW = ['--scenario', 'putback', '--profile', 'linux-6.1'];
const ISOLATE = '*isolatePage(page: Page): Op<boolean> {\n';

describe('movable-pages verify', () => {
  test('says that a certificate holds, and exits as the check did', async () => {
    const file = drivers.write('broken.json', '');
    const checked = await movablePages(['check', BROKEN, ...FEW, '--certificate', file]);
    expect(checked.code).toBe(1);
    const ran = await movablePages(['verify', file, '--seed', '3']);
    expect(ran).toMatchObject({ code: 1, stderr: '' });
    expect(ran.stdout).toMatch(
      /holds; 1 of 1 work units run again \(sample 3; --full runs all of them\)\nbudget quick, seed 1, linux-6\.1\ncells-broken 0\.0\.0: partial verdict \(of a selection\): not conformant: /,
    );
  });

  test('finds an edit, and a driver that is another one', async () => {
    const driver = drivers.changed('mine.ts', 'cells.lock', 'cells.guard');
    const file = drivers.write('mine.json', '');
    expect(
      (await movablePages(['check', driver, ...FEW, '--rule', 'MP-RACE-001', '--certificate', file])).code,
    ).toBe(0);
    const other = await movablePages(['verify', file, '--file', DRIVER]);
    expect(other.code).toBe(1);
    expect(other.stdout).toMatch(/^MP_CERTIFICATE_DRIVER: cells: .*is not what was certified/);
    const text = readFileSync(path.join(root, file), 'utf8');
    writeFileSync(path.join(root, file), text.replace(/"executions": \d+/, '"executions": 9999999'));
    const edited = await movablePages(['verify', file]);
    expect(edited.code).toBe(1);
    expect(edited.stdout).toMatch(
      /^MP_CERTIFICATE_EDITED: .+\n.+: does not hold; 0 of 1 work units run again/,
    );
  });

  test.each([
    ['no/such.json', 'MP_USAGE'],
    ['package.json', 'MP_BAD_CERTIFICATE'],
  ])('refuses %s with %s', async (file, code) => {
    const ran = await movablePages(['verify', file]);
    expect(ran).toMatchObject({ code: 2, stdout: '' });
    expect(ran.stderr).toMatch(new RegExp(`^error ${code}: [^\n]+\n$`));
  });
});

test('one rule alone runs only what can put it to the test, and is a partial verdict', async () => {
  const ran = await movablePages(['check', DRIVER, '--rule', 'MP-MIG-005', '--profile', 'linux-6.1']);
  expect(ran.code).toBe(0);
  expect(ran.stdout.split('\n')[0]).toBe('cells 0.0.0: partial verdict (only MP-MIG-005; linux-6.1)');
  expect(ran.stdout.match(/^migrate-\S+|^putback/gm)).toEqual(['migrate-sync-no-copy']);
  expect(ran.stdout).not.toContain('conformant');
});

test('--bail ends at the first failure', async () => {
  const ran = await movablePages(['check', BROKEN, '--workers', '1', '--bail', '--format', 'json']);
  expect(ran.code).toBe(1);
  const [verdict] = (
    JSON.parse(ran.stdout) as { verdicts: { outcome: string; scenarios: { stop: string }[] }[] }
  ).verdicts;
  expect(verdict!.outcome).toBe('not-conformant');
  const stops = verdict!.scenarios.map(({ stop }) => stop);
  expect(stops.filter((stop) => stop === 'violation')).toHaveLength(1);
  expect(stops.filter((stop) => stop === 'interrupted').length).toBeGreaterThan(10);
});

test('settings of a project are loaded as drivers are, types and all', async () => {
  const driver = path.basename(drivers.changed('set.ts', 'cells.lock', 'cells.guard'));
  const config = drivers.write(
    'movable-pages.config.ts',
    `import { defineConfig, type Config } from '@movable-pages/cli';\nconst config: Config = {\n` +
      `  drivers: ['./${driver}'], profiles: ['linux-6.1'],\n` +
      `  waivers: [{ rule: 'MP-INV-001', reason: 'not counted yet', until: '2999-12-31' }],\n};\nexport default defineConfig(config);\n`,
  );
  const cwd = path.join(root, path.dirname(config));
  const ran = await movablePages(['check', '--scenario', 'two-compactors'], { cwd });
  expect(ran.stdout.replaceAll(/\s+/g, ' ')).toMatch(
    /^cells 0\.0\.0: partial verdict \(only two-compactors; linux-6\.1; MP-INV-001 disabled until 2999-12-31: not counted yet\) /,
  );
  expect(ran.stdout).toMatch(/^disabled +MP-INV-001 /m);
});

describe('a driver that changes builtins', () => {
  test.each([
    ['while it is loaded', 'import ', `Array.prototype.push = () => 0;\nimport `, 'Array.prototype.push'],
    ['in a callback', ISOLATE, `${ISOLATE}    Map.prototype.get = () => undefined;\n`, 'Map.prototype.get'],
    [
      'by adding to them',
      ISOLATE,
      `${ISOLATE}    Object.assign(Object.prototype, { all: 1 });\n`,
      'Object.prototype.all',
    ],
  ])('%s is found out, and costs the next driver nothing', async (name, from, to, what) => {
    const file = drivers.changed(`patch-${name.replaceAll(' ', '-')}.ts`, from, to);
    const ran = await movablePages(['check', file, BROKEN, ...FEW]);
    expect(ran.code).toBe(1);
    expect(`${ran.stderr}${ran.stdout}`.replaceAll(/\s+/g, ' ')).toMatch(
      new RegExp(`error MP_BUILTIN_CHANGED: .* changed ${what.replaceAll('.', '\\.')}: `),
    );
    expect(ran.stdout).toMatch(/^fail +MP-RACE-001 /m);
  });
});
