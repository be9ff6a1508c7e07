import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { root } from './support/repository.ts';
import {
  documentation,
  fencesOf,
  misquoted,
  programsOf,
  snippetFolder,
  writePrograms,
} from './support/snippets.ts';

const snippets = documentation.flatMap((page) => page.snippets);
const programs = writePrograms();
const quotations = snippets.flatMap((snippet) =>
  snippet.check.kind === 'file'
    ? [{ where: `${snippet.page}:${snippet.line}`, file: snippet.check.file, snippet }]
    : [],
);

describe('snippets of the documentation', () => {
  test('each TypeScript fence is `run`, `throws=CODE` or `file=PATH`', () => {
    const unchecked = documentation.flatMap((page) => page.unchecked);
    expect(unchecked.map(({ page, line, info }) => `${page}:${line} \`\`\`${info}`)).toEqual([]);
  });

  for (const { name, where, throws } of programs) {
    test(`${where} runs${throws === undefined ? '' : ` and ends with ${throws}`}`, async () => {
      const running: Promise<unknown> = import(/* @vite-ignore */ path.join(snippetFolder, `${name}.ts`));
      if (throws === undefined) await running;
      else await expect(running).rejects.toMatchObject({ code: throws });
    });
  }

  for (const { where, file, snippet } of quotations) {
    test(`${where} quotes ${file}`, () => {
      const text = existsSync(path.join(root, file)) ? readFileSync(path.join(root, file), 'utf8') : '';
      expect(
        misquoted(snippet, text),
        `this line and what follows it do not stand in ${file}`,
      ).toBeUndefined();
    });
  }
});

describe('the snippet reader', () => {
  const page = [
    '```ts run',
    'const one = 1;',
    '```',
    '  ```ts run=story',
    '  const two = 2;',
    '  ```',
    '```ts run=story',
    'two.toFixed();',
    '```',
    '```ts',
    'nobody looks here',
    '```',
    '```json file=a.json',
    '{}',
    '```',
    '```sh',
    'npm test',
    '```',
  ].join('\n');

  test('finds every fence, and those that nothing checks', () => {
    const { snippets: found, unchecked } = fencesOf('guide.md', page);
    expect(found.map(({ line, check }) => [line, check.kind])).toEqual([
      [1, 'run'],
      [4, 'run'],
      [7, 'run'],
      [13, 'file'],
    ]);
    expect(unchecked).toEqual([{ page: 'guide.md', line: 10, info: 'ts' }]);
  });

  test('joins the snippets of one group', () => {
    const programsOfPage = programsOf(fencesOf('guide.md', page).snippets);
    expect(programsOfPage.map(({ name, code }) => [name, code])).toEqual([
      ['guide-line-1', 'const one = 1;'],
      ['guide-story', 'const two = 2;\ntwo.toFixed();'],
    ]);
  });

  test.each([
    ['a part, whatever its indentation', 'if (x) {\n  y();\n}', undefined],
    ['parts in order around an ellipsis', 'first();\n// ...\nlast();', undefined],
    ['parts in the wrong order', 'last();\n// ...\nfirst();', 'first();'],
    ['a line that is not there', 'first();\nsecond();', 'first();'],
  ])('compares %s', (_, code, expected) => {
    const text = 'first();\n  if (x) {\n    y();\n  }\nlast();\n';
    const snippet = { page: 'guide.md', line: 1, code, check: { kind: 'file', file: 'x.ts' } } as const;
    expect(misquoted(snippet, text)).toBe(expected);
  });
});
