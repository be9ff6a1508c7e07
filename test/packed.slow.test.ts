import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Packed, packAll } from './support/pack.ts';
import { type Manifest, publicPackages, root } from './support/repository.ts';

const run = promisify(execFile);

describe('packed packages', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'movable-pages-packed-'));
  let packed: Packed[] = [];

  beforeAll(async () => {
    packed = await packAll(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const tarballOf = (name: string) => packed.find((candidate) => candidate.name === name)?.tarball ?? '';

  describe.each(publicPackages.map(({ manifest }) => manifest.name))('%s', (name) => {
    test('holds the compiled files, a README and the licence, and nothing else', async () => {
      const { stdout } = await run('tar', ['-tzf', tarballOf(name)]);
      const members = stdout.trim().split('\n').toSorted();
      expect(members).toEqual(
        expect.arrayContaining(['package/LICENSE', 'package/README.md', 'package/package.json']),
      );
      const others = members.filter(
        (file) => !/^package\/(LICENSE|README\.md|CHANGELOG\.md|package\.json)$/.test(file),
      );
      expect(others.filter((file) => !/^package\/dist\/.+\.(js|d\.ts|js\.map)$/.test(file))).toEqual([]);
      expect(others.filter((file) => /\.(test|fixture)\./.test(file))).toEqual([]);
    });

    test('has a package.json that makes sense outside the workspace', async () => {
      const { stdout } = await run('tar', ['-xzOf', tarballOf(name), 'package/package.json']);
      const manifest = JSON.parse(stdout) as Manifest;
      const needed = { ...manifest.dependencies, ...manifest.peerDependencies };
      expect(Object.values(needed).filter((range) => /^(workspace|catalog|link|file):/.test(range))).toEqual(
        [],
      );
      expect(stdout).not.toContain('@movable-pages/source');
    });

    test('satisfies publint', async () => {
      const tarball = readFileSync(tarballOf(name));
      const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength);
      const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
      expect(messages.filter(({ type }) => type !== 'suggestion')).toEqual([]);
    });

    test('gives types to every way of importing it', async () => {
      const attw = path.join(root, 'test/node_modules/.bin/attw');
      const report = run(attw, [tarballOf(name), '--profile', 'esm-only', '--format', 'ascii', '--no-color']);
      await expect(report).resolves.toBeDefined();
    });
  });
});
