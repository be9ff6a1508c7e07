import { expect, test } from 'vitest';
import { suiteDigest, suiteFiles } from '../../src/node/suite-digest.ts';

test('the suite is made of all that searches, judges and decides, and of nothing that others wrote', () => {
  const files = suiteFiles().map((file) => file.replaceAll('\\', '/'));
  for (const part of [
    '/machine/dist/machine.js',
    '/explore/dist/search.js',
    '/core/dist/migrate/migrate-pages.js',
    '/conformance/dist/assemble-verdict.js',
    '/conformance/dist/searched-enough.js',
    '/conformance/dist/scenarios/index.js',
    '/conformance/dist/rules/MP-RACE-001/rule.js',
    '/conformance/dist/worker.js',
    '/conformance/dist/node/verify-certificate.js',
  ])
    expect(files.filter((file) => file.endsWith(part))).toHaveLength(1);
  expect(files.filter((file) => file.includes('/node_modules/.pnpm/'))).toEqual([]);
  expect(new Set(files).size).toBe(files.length);
  expect(suiteDigest()).toMatch(/^[0-9a-f]{64}$/);
});
