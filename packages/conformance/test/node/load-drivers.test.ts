import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
