import { expect, it } from 'vitest';
import { mixed } from './contents.fixture.ts';

it('keeps the contents of objects through a million operations between migration and compaction', () => {
  const { mix, kernel } = mixed(1_000_000);
  expect(mix.allocated).toBe(mix.freed);
  expect(mix.allocated + mix.written + mix.read + mix.freed).toBeGreaterThan(1_000_000);
  expect(mix.migrated).toBeGreaterThan(20_000);
  expect(mix.compacted).toBeGreaterThan(200);
  expect(kernel.allocator.freePages(0)).toBe(kernel.frames.count);
});
