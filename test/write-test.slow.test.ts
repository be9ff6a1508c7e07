import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { DriverFolder, movablePages } from './support/command.ts';
import { root } from './support/repository.ts';

const drivers = new DriverFolder();
afterAll(() => drivers.remove());

const DRIVER = 'examples/first-driver/src/driver.ts';
const FEW = ['--scenario', 'putback', '--profile', 'linux-6.1'];
const ISOLATE = '*isolatePage(page: Page): Op<boolean> {\n';

test('--write-test writes a test that fails, until the driver is mended', async () => {
  const racy = drivers.changed('racy.ts', lockedIsolation(), `${ISOLATE}    this.list.delete(page);\n`);
  const folder = path.join(root, path.dirname(racy), 'regression');
  mkdirSync(folder);
  const file = path.join(folder, 'race.test.ts');
  writeFileSync(path.join(folder, 'vitest.config.ts'), 'export default {};\n');
  expect((await movablePages(['check', racy, ...FEW, '--write-test', file])).code).toBe(1);
  const vitest = () =>
    promisify(execFile)(
      path.join(root, 'node_modules/.bin/vitest'),
      ['run', '--no-color', '--root', folder],
      {
        cwd: folder,
      },
    ).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
  const before = await vitest();
  expect(before.code).toBe(1);
  expect(before.stdout).toContain('MP-RACE-001');

  writeFileSync(path.join(root, racy), readFileSync(path.join(root, DRIVER), 'utf8'));
  const after = await vitest();
  expect(after.stdout).toMatch(/Tests +\d+ passed/);
  expect(after.code).toBe(0);
});

function lockedIsolation(): string {
  return `${ISOLATE}    yield* this.lock.acquire();\n    this.list.delete(page);\n    yield* this.lock.release();\n`;
}
