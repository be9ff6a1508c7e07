import { blockOf } from './corpus.js';
import { movePages } from './move-pages.js';
import { BLOCK_SIZE, CompressedRamDisk } from './ram-disk.js';

const BLOCKS = 2000;

const say = (what: string, value: string): void => {
  process.stdout.write(`${what.padEnd(34)}${value}\n`);
};
const grouped = (value: number): string => value.toLocaleString('en');

function report(when: string, { usage }: CompressedRamDisk): void {
  const { stored, compressed, pages } = usage;
  const bytes = pages * BLOCK_SIZE;
  say(when, `${grouped(stored)} bytes stored in ${grouped(pages)} pages`);
  say('', `${(stored / bytes).toFixed(2)} bytes stored for each byte used`);
  say('', `${((100 * compressed) / bytes).toFixed(1)} % of the pages is compressed data`);
}

function wrong(disk: CompressedRamDisk, blocks: Iterable<number>): number {
  let count = 0;
  for (const block of blocks) if (Buffer.compare(disk.read(block), blockOf(block)) !== 0) count++;
  return count;
}

const disk = new CompressedRamDisk(BLOCKS);
const blocks = Array.from({ length: BLOCKS }, (_, block) => block);
for (const block of blocks) disk.write(block, blockOf(block));
report('written', disk);

say('pages moved by the VM', grouped(movePages(disk)));
say('blocks that read wrong', grouped(wrong(disk, blocks)));

const kept = blocks.filter((block) => block % 3 !== 0);
for (const block of blocks) if (block % 3 === 0) disk.discard(block);
report('every third block discarded', disk);

say('pages freed by moving objects', grouped(disk.run(() => disk.pool.compact())));
report('moved together', disk);
say('blocks that read wrong', grouped(wrong(disk, kept)));
