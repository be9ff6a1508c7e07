import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { driverDigest } from '../../src/node/driver-digest.ts';
import { moduleFiles } from '../../src/node/module-files.ts';

let folder = '';
const FILES: Readonly<Record<string, string>> = {
  'src/driver.ts': `import { lock } from './parts/lock.js';\nimport type { T } from './types.ts';\nexport { size } from '../size.mjs';\nexport default lock as T;\n`,
  'src/parts/lock.ts': `import table from './table.json' with { type: 'json' };\nimport 'installed';\nexport const lock = () => table;\nexport const late = () => import('./late.ts');\n`,
  'src/parts/late.ts': `export const old = require('./old.cjs');\n`,
  'src/parts/old.cjs': `module.exports = 1;\n`,
  'src/parts/table.json': '{}\n',
  'src/types.ts': 'export type T = unknown;\n',
  'size.mjs': 'export const size = 1;\n',
  'node_modules/installed/package.json': '{"name":"installed","main":"index.js"}\n',
  'node_modules/installed/index.js': 'module.exports = 1;\n',
  'src/unused.ts': 'export {};\n',
};
const COUNTED = [
  'src/driver.ts',
  'src/parts/lock.ts',
  'src/parts/late.ts',
  'src/parts/old.cjs',
  'src/parts/table.json',
  'size.mjs',
];

beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'movable-pages-digest-')));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const digest = () => driverDigest(pathToFileURL(path.join(folder, 'src/driver.ts')).href);

test('a driver is made of its file and all that it imports, up to types and installed packages', () => {
  const files = moduleFiles(
    [path.join(folder, 'src/driver.ts')],
    (_, file) => !file.includes('node_modules'),
  );
  expect(files.map((file) => path.relative(folder, file)).toSorted()).toEqual(COUNTED.toSorted());
});

test('its digest changes with each of these files, and with no other', () => {
  const before = digest();
  for (const [name, text] of Object.entries(FILES)) {
    writeFileSync(path.join(folder, name), `${text} `);
    expect([name, digest() !== before]).toEqual([name, COUNTED.includes(name)]);
    writeFileSync(path.join(folder, name), text);
  }
  expect(digest()).toBe(before);
});

test('it does not depend on where the files lie, nor on how their lines end', () => {
  const before = digest();
  const moved = `${folder}-moved`;
  renameSync(folder, moved);
  folder = moved;
  expect(digest()).toBe(before);
  writeFileSync(path.join(folder, 'size.mjs'), FILES['size.mjs']!.replaceAll('\n', '\r\n'));
  expect(digest()).toBe(before);
});
