import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { classicsPage } from './support/classics-page.ts';
import { kernelNamesPage, mirrors } from './support/kernel-names.ts';
import { files, read, root } from './support/repository.ts';
import { museumPage } from './support/museum-page.ts';
import { rulesPage } from './support/rules-page.ts';

const guide = (name: string) => path.join(root, 'docs/guide', name);

describe('generated pages are fresh (write them with `-u`)', () => {
  test('rules.md says what the rules say', async () => {
    await expect(rulesPage()).toMatchFileSnapshot(guide('rules.md'));
  });

  test('museum.md says what the exhibits say', async () => {
    await expect(museumPage()).toMatchFileSnapshot(guide('museum.md'));
  });

  test('kernel-names.md holds every @kernel tag', async () => {
    await expect(kernelNamesPage()).toMatchFileSnapshot(guide('kernel-names.md'));
  });

  test('classics.md says what the explorer finds', async () => {
    await expect(classicsPage()).toMatchFileSnapshot(guide('classics.md'));
  });

  test('the index knows functions, methods and types', () => {
    const known = new Map(mirrors().map(({ kernel, ours }) => [kernel, ours]));
    expect(known.get('isolate_movable_page')).toBe('isolateMovablePage');
    expect(known.get('trylock_page')).toBe('Page.tryLock');
    expect(known.get('__PageMovable')).toBe('pageMovableHint');
    expect(known.get('struct page')).toBeDefined();
    expect(known.get('mutex_trylock')).toBe('Mutex.tryAcquire');
    expect([...known.values()].filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('error codes', () => {
  const sources = files.filter((file) => /^packages\/[^/]+\/src\/.*(?<!\.test|\.fixture)\.ts$/.test(file));
  const used = new Set(
    sources.flatMap((file) =>
      [...read(file).matchAll(/(?<=['"`])MP_[A-Z_]+(?=['"`])/g)].map(([code]) => code),
    ),
  );
  const page = read('docs/guide/errors.md');
  const headings = [...page.matchAll(/^### (MP_[A-Z_]+)$/gm)].map(([, code]) => code ?? '');

  test('each has one heading in errors.md', () => {
    expect([...used].filter((code) => !headings.includes(code)).toSorted()).toEqual([]);
    expect(headings.filter((code, index) => headings.indexOf(code) !== index)).toEqual([]);
  });

  test('no heading stands for a code that is gone', () => {
    expect(headings.filter((code) => !used.has(code))).toEqual([]);
  });

  test('each heading is followed by what it means and what to do', () => {
    const thin = page
      .split(/^### /m)
      .slice(1)
      .filter((section) => !/\*\*Do:\*\*/.test(section))
      .map((section) => section.split('\n')[0]);
    expect(thin).toEqual([]);
  });
});

describe('pages of the guide', () => {
  const pages = files.filter((file) => /^docs\/guide\/.*\.md$/.test(file));
  const written = files.filter((file) =>
    /^(README|CONTRIBUTING|CHANGELOG)\.md$|^docs\/guide\/.*\.md$|^packages\/[^/]+\/README\.md$/.test(file),
  );

  test('each has a title and stands in the map of index.md', () => {
    const map = read('docs/guide/index.md');
    expect(pages.filter((file) => !/^---\ntitle: .+\n---\n\n# /.test(read(file)))).toEqual([]);
    expect(
      pages.filter((file) => !file.endsWith('/index.md') && !map.includes(`(${path.posix.basename(file)})`)),
    ).toEqual([]);
  });

  test('every relative link leads to a file', () => {
    const broken = written.flatMap((file) =>
      [
        ...read(file)
          .replaceAll(/^```[\s\S]*?^```/gm, '')
          .matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g),
      ]
        .map(([, target = '']) => path.posix.join(path.posix.dirname(file), target))
        .filter(
          (target) =>
            !files.includes(target) &&
            !files.some((each) => each.startsWith(`${target.replace(/\/$/, '')}/`)),
        )
        .map((target) => `${file} -> ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('every link to a heading leads to one', () => {
    const slug = (heading: string) =>
      heading
        .toLowerCase()
        .replaceAll(/[`*]/g, '')
        .replaceAll(/[^\w\s-]/g, '')
        .trim()
        .replaceAll(/\s/g, '-');
    const anchors = (file: string) =>
      new Set([...read(file).matchAll(/^#{1,6} (.*)$/gm)].map(([, heading = '']) => slug(heading)));
    const broken = written.flatMap((file) =>
      [
        ...read(file)
          .replaceAll(/^```[\s\S]*?^```/gm, '')
          .matchAll(/\]\(([^)#\s:]*)#([^)]+)\)/g),
      ]
        .map(([, target = '', anchor = '']) => ({
          target: target === '' ? file : path.posix.join(path.posix.dirname(file), target),
          anchor,
        }))
        .filter(({ target, anchor }) => files.includes(target) && !anchors(target).has(anchor))
        .map(({ target, anchor }) => `${file} -> ${target}#${anchor}`),
    );
    expect(broken).toEqual([]);
  });
});
