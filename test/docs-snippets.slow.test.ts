import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from './support/repository.ts';
import { snippetFolder, writePrograms } from './support/snippets.ts';

const run = promisify(execFile);

test('the snippets of the documentation have no type errors', async () => {
  const programs = writePrograms();
  if (programs.length === 0) return;
  const compiler = path.join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = await run(process.execPath, [compiler, '-p', snippetFolder], { cwd: root }).catch(
    (error: { stdout?: string }) => ({ stdout: error.stdout || String(error) }),
  );
  expect(stdout).toBe('');
});
