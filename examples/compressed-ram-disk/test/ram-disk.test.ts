import { expect, it } from 'vitest';
import { blockOf, kindOf } from '../src/corpus.ts';
import { movePages } from '../src/move-pages.ts';
import { BLOCK_SIZE, CompressedRamDisk } from '../src/ram-disk.ts';

const BLOCKS = 200;

/** A disk of the first blocks of the corpus. */
function filled(): CompressedRamDisk {
  const disk = new CompressedRamDisk(BLOCKS);
  for (let block = 0; block < BLOCKS; block++) disk.write(block, blockOf(block));
  return disk;
}

const readsWell = (disk: CompressedRamDisk, block: number): boolean =>
  Buffer.compare(disk.read(block), blockOf(block)) === 0;
const all = Array.from({ length: BLOCKS }, (_, block) => block);

it('stores more than twice as many bytes as it uses, and packs them well', () => {
  const { stored, compressed, pages } = filled().usage;
  expect(stored).toBe(BLOCKS * BLOCK_SIZE);
  expect(stored / (pages * BLOCK_SIZE)).toBeGreaterThan(2);
  expect(compressed / (pages * BLOCK_SIZE)).toBeGreaterThan(0.75);
  expect(compressed).toBeLessThanOrEqual(pages * BLOCK_SIZE);
});

it('reads what was written, wherever its pages are', () => {
  const disk = filled();
  expect(all.filter((block) => !readsWell(disk, block))).toEqual([]);
  expect(movePages(disk)).toBe(disk.usage.pages);
  expect(all.filter((block) => !readsWell(disk, block))).toEqual([]);
});

it('gives memory back when objects are moved together, and loses nothing', () => {
  const disk = filled();
  const { pages } = disk.usage;
  const kept = all.filter((block) => block % 3 !== 0);
  for (const block of all) if (block % 3 === 0) disk.discard(block);
  const freed = disk.run(() => disk.pool.compact());
  expect(freed).toBeGreaterThan(0);
  expect(disk.usage.pages).toBeLessThan(pages);
  expect(kept.filter((block) => !readsWell(disk, block))).toEqual([]);
  expect(disk.read(0)).toEqual(new Uint8Array(BLOCK_SIZE));
  for (const block of kept) disk.discard(block);
  expect(disk.usage).toEqual({ stored: 0, compressed: 0, pages: 0 });
});

it('uses no page for blocks of one word, and a whole one for what does not compress', () => {
  const disk = new CompressedRamDisk(4);
  const ones = new Uint8Array(BLOCK_SIZE).fill(1);
  disk.write(0, ones);
  expect(disk.usage.pages).toBe(0);
  expect(disk.read(0)).toEqual(ones);
  const noise = all.find((block) => kindOf(block) === 'noise')!;
  disk.write(1, blockOf(noise));
  expect(disk.usage).toMatchObject({ compressed: BLOCK_SIZE + 4, pages: 1 });
  expect(disk.read(1)).toEqual(blockOf(noise));
});

it('keeps what was there if there is no memory for what is new', () => {
  const disk = new CompressedRamDisk(6);
  const [first, second] = all.filter((block) => kindOf(block) === 'noise');
  for (let number = 0; number < 6; number++) disk.write(number, blockOf(first!));
  expect(() => disk.write(6, blockOf(second!))).toThrow('no memory is left for block 6');
  expect(() => disk.write(0, blockOf(second!))).toThrow('no memory is left for block 0');
  expect(disk.read(0)).toEqual(blockOf(first!));
  expect(() => disk.write(0, new Uint8Array(5))).toThrow(RangeError);
  disk.discard(5);
  disk.write(0, blockOf(second!));
  expect(disk.read(0)).toEqual(blockOf(second!));
});
