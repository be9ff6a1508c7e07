import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { root } from './support/repository.ts';

test('the README shows what the commands print', () => {
  const { stderr, status } = spawnSync(process.execPath, ['tools/refresh-readme.mjs', '--check'], {
    cwd: root,
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
