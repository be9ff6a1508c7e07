import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matches } from '../src/matches.ts';
import { sourceFiles } from '../src/source-files.ts';

let folder = '';
const write = (name: string, text: string) => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'mutate-')));
  write('package.json', '{}');
  write(
    'src/driver.ts',
    `import { a } from './a.js'; import type { T } from './types.js'; import 'elsewhere'; export * from './deep';
     import { outside } from '../../outside.js'; import { other } from '../node_modules/other/index.js';`,
  );
  write('src/a.ts', `import { driver } from './driver.js'; const late = () => import('./late.mjs');`);
  write('src/types.ts', 'export type T = 1;');
  write('src/deep/index.ts', '');
  write('src/late.mts', '');
  write('node_modules/other/index.js', '');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the files of a driver are what it imports by relative paths within its package', () => {
  const names = sourceFiles(join(folder, 'src/driver.ts'), folder).map(({ name }) => name);

  expect(names).toEqual(['src/driver.ts', 'src/a.ts', 'src/deep/index.ts', 'src/late.mts']);
});

test.each([
  ['src/a.ts', ['src/a.ts'], true],
  ['src/a.ts', ['./src/*.ts'], true],
  ['src/deep/a.ts', ['src/*.ts'], false],
  ['src/deep/a.ts', ['src/**/*.ts'], true],
  ['src/a.ts', ['src/**/*.ts'], true],
  ['src/axts', ['src/a.ts'], false],
  ['src/a.ts', ['lib/*', 'src/a*'], true],
  ['src/a.ts', undefined, true],
])('%s fits %j: %s', (path, patterns, fits) => {
  expect(matches(path, patterns)).toBe(fits);
});
