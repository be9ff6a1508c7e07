import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { files, read, root } from './support/repository.ts';

/** Fences `text prints=ARG,ARG,...`: what the command prints when it is given these arguments, or a part of it. */
const outputs = files
  .filter((file) => /^(README\.md|docs\/guide\/.*\.md|packages\/[^/]+\/README\.md)$/.test(file))
  .flatMap((page) =>
    [...read(page).matchAll(/^```text prints=(\S+)\n([\s\S]*?)^```$/gm)].map(([, args = '', text = '']) => ({
      page,
      args: args.split(','),
      text,
    })),
  );

const lines = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());

test.each(outputs)('$page shows what `$args` prints', ({ args, text }) => {
  const bin = path.join(root, 'packages/cli/dist/bin.js');
  const { stdout } = spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: 'utf8' });
  expect(lines(stdout).join('\n')).toContain(lines(text).join('\n').trim());
});
