import { expect, it } from 'vitest';
import { mixed } from './contents.fixture.ts';

it('keeps the contents of objects through forty thousand operations between migration and compaction', () => {
  const { mix, kernel } = mixed(40_000);
  expect(mix.allocated).toBe(mix.freed);
  expect(mix.migrated).toBeGreaterThan(500);
  expect(mix.compacted).toBeGreaterThan(10);
  expect(kernel.allocator.freePages(0)).toBe(kernel.frames.count);
  expect(kernel.memory.nodeStat.read(0, 'nr_zspages')).toBe(0);
});
