import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { loadDrivers } from '../../src/node/load-drivers.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'movable-pages-load-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each([
  ['an error of its own', "throw new RangeError('too late');\n", 'RangeError: too late'],
  ['nonsense', 'export const a = 1;\nconst = ;\n', /ParseError: Unexpected token at 2:\d+$/],
  ['an import that is not there', "import 'no-such-package';\n", "Cannot find module 'no-such-package'"],
  ['something that is no error', 'throw 7;\n', 'cannot be loaded: 7'],
])('a module with %s cannot be loaded, and one line says why', async (name, text, message) => {
  const file = path.join(folder, `${name.replaceAll(' ', '-')}.ts`);
  writeFileSync(file, text);
  const failed = loadDrivers(pathToFileURL(file).href, 'mine.ts');
  await expect(failed).rejects.toMatchObject({ code: 'MP_CANNOT_LOAD' });
  await expect(failed).rejects.toThrow(message);
  await expect(failed).rejects.toThrow(/^mine\.ts cannot be loaded: [^\n]+$/);
});

test('a driver may lie where nothing is installed: the packages of the product are lent to it', async () => {
  const file = path.join(folder, 'far-from-home.ts');
  writeFileSync(
    file,
    `import 'reflect-metadata';
     import { defineDriver } from '@movable-pages/core';
     import { injectable } from 'tsyringe';
     if (typeof injectable !== 'function') throw new Error('not lent');
     export const mine = defineDriver({ name: 'mine', contract: 'a_ops', create: () => ({}) });`,
  );
  const [mine] = await loadDrivers(pathToFileURL(file).href, file);
  expect(mine?.name).toBe('mine');
});

test('what is installed where a driver lies comes before what would be lent', async () => {
  const home = path.join(folder, 'home');
  const own = path.join(home, 'node_modules/tsyringe');
  mkdirSync(own, { recursive: true });
  writeFileSync(path.join(own, 'package.json'), '{"name":"tsyringe","main":"index.js"}');
  writeFileSync(path.join(own, 'index.js'), "throw new Error('my own tsyringe');");
  const file = path.join(home, 'driver.ts');
  writeFileSync(file, "import 'tsyringe';\n");
  await expect(loadDrivers(pathToFileURL(file).href, file)).rejects.toThrow('my own tsyringe');
});
