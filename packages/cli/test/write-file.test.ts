import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeWhole } from '../src/write-file.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(path.join(tmpdir(), 'movable-pages-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('replaces a file and leaves nothing beside it', () => {
  const file = path.join(folder, 'v.json');
  writeFileSync(file, 'before, and longer');

  writeWhole(file, 'after');

  expect(readFileSync(file, 'utf8')).toBe('after');
  expect(readdirSync(folder)).toEqual(['v.json']);
});

test.each(['no/such/v.json', '.'])('refuses %s by code and leaves nothing behind', (name) => {
  expect(() => writeWhole(path.join(folder, name), 'text')).toThrow(
    expect.objectContaining({ code: 'MP_CANNOT_WRITE' }),
  );
  expect(readdirSync(folder)).toEqual([]);
});
