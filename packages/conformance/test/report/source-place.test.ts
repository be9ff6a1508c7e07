import { describe, expect, test } from 'vitest';
import { driverLine, kernelFunction } from '../../src/source-place.ts';

const stack = (...frames: string[]) => ['Error: no', ...frames.map((frame) => `    at ${frame}`)].join('\n');

describe('driverLine', () => {
  test.each([
    ['a function', 'Cells.isolatePage (/x/me/src/driver.ts:31:7)', 'src/driver.ts:31'],
    ['a frame without a place', 'isolatePage.next (<anonymous>)', null],
    ['a plain place', '/x/me/src/driver.ts:31:7', 'src/driver.ts:31'],
    ['a file URL', 'Cells.free (file:///x/me/src/driver.ts:8:1)', 'src/driver.ts:8'],
    ['a file elsewhere', 'Cells.free (/x/you/driver.ts:8:1)', '/x/you/driver.ts:8'],
    ['a folder that begins alike', 'Cells.free (/x/me-too/driver.ts:8:1)', '/x/me-too/driver.ts:8'],
    ['our sources', 'acquire (/x/me/packages/machine/src/locks/spin-lock.ts:4:1)', null],
    ['our installed files', 'f (/x/me/node_modules/@movable-pages/core/dist/index.js:4:1)', null],
    [
      'a bundled driver',
      'f (/x/me/packages/driver-balloon/src/b.ts:4:1)',
      'packages/driver-balloon/src/b.ts:4',
    ],
    ['Node itself', 'Module.load (node:internal/modules/cjs/loader:12:1)', null],
  ])('of %s', (_, frame, line) => {
    expect(driverLine(stack(frame), '/x/me')).toBe(line);
  });

  test('is the innermost line of the driver', () => {
    const frames = [
      'acquire (/x/me/packages/machine/dist/op.js:9:9)',
      'all (/x/me/a.ts:3:1)',
      'free (/x/me/a.ts:9:1)',
    ];
    expect(driverLine(stack(...frames), '/x/me')).toBe('a.ts:3');
  });

  test('is null without a stack', () => {
    expect(driverLine(undefined, '/x/me')).toBeNull();
    expect(driverLine('', '')).toBeNull();
  });
});

describe('kernelFunction', () => {
  test('is the innermost function of core with a name', () => {
    const frames = [
      'Cells.migratePage (/x/me/driver.ts:3:1)',
      'moveToNewPage.next (/x/me/packages/core/src/migrate/move.ts:40:9)',
      'migratePages.next (/x/me/packages/core/src/migrate/migrate-pages.ts:9:9)',
    ];
    expect(kernelFunction(stack(...frames))).toBe('moveToNewPage');
  });

  test('is null outside of core', () => {
    expect(kernelFunction(stack('free (/x/me/driver.ts:3:1)'))).toBeNull();
    expect(kernelFunction(undefined)).toBeNull();
  });
});
