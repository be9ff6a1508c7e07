import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packAll } from './support/pack.ts';
import { root } from './support/repository.ts';

const run = promisify(execFile);

/** A package of somebody else's, outside the workspace, that has nothing of ours but the packed tarballs. */
describe('a third-party driver package', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'movable-driver-'));

  beforeAll(async () => {
    const packed = await packAll(folder);
    const vitest = (
      JSON.parse(readFileSync(path.join(root, 'node_modules/vitest/package.json'), 'utf8')) as {
        version: string;
      }
    ).version;
    mkdirSync(path.join(folder, 'src'));
    copyFileSync(path.join(root, 'examples/first-driver/src/driver.ts'), path.join(folder, 'src/driver.ts'));
    copyFileSync(path.join(root, 'examples/first-driver/src/broken.ts'), path.join(folder, 'src/broken.ts'));
    writeFileSync(
      path.join(folder, 'driver.test.ts'),
      "import { conformance } from '@movable-pages/conformance/vitest';\nimport driver from './src/driver.ts';\n\nconformance({ driver });\n",
    );
    writeFileSync(
      path.join(folder, 'vitest.config.ts'),
      'export default { oxc: { decorator: { legacy: true } }, test: { include: ["*.test.ts"] } };\n',
    );
    writeFileSync(
      path.join(folder, 'package.json'),
      JSON.stringify({
        name: 'movable-driver-cells',
        private: true,
        type: 'module',
        dependencies: Object.fromEntries(packed.map(({ name, tarball }) => [name, `file:${tarball}`])),
        devDependencies: { vitest },
      }),
    );
    await run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('checks its driver with npx', async () => {
    const { stdout } = await run('npx', ['movable-pages', 'check', 'src/driver.ts'], { cwd: folder });
    expect(stdout).toContain('cells 0.0.0: conformant');
  });

  test('is told about its broken one', async () => {
    const failed = await run('npx', ['movable-pages', 'check', 'src/broken.ts'], { cwd: folder }).catch(
      (error: { code: number; stdout: string }) => error,
    );
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stdout).toContain('src/broken.ts:37');
  });

  test('checks its driver with vitest', async () => {
    const { stdout } = await run('npx', ['vitest', 'run', '--no-color'], { cwd: folder });
    expect(stdout).toMatch(/Tests +\d+ passed \| \d+ skipped/);
  });

  test('runs one rule by its id', async () => {
    const { stdout } = await run('npx', ['vitest', 'run', '--no-color', '-t', 'MP-MIG-005'], { cwd: folder });
    expect(stdout).toMatch(/Tests +1 passed \| \d+ skipped/);
  });
});
