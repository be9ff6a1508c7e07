import { BLOCK_SIZE } from './ram-disk.js';

const WORDS =
  'page lock isolate migrate putback zone node free list handle object chain class full empty reclaim swap fault copy'.split(
    ' ',
  );

/** What a block of the corpus is like. */
export type Kind = 'text' | 'records' | 'sparse' | 'zeros' | 'noise';

/** How often each kind comes: a machine's idle memory has much of the first ones. */
const MIX: readonly Kind[] = [
  ...Array<Kind>(6).fill('text'),
  ...Array<Kind>(6).fill('records'),
  ...Array<Kind>(4).fill('sparse'),
  ...Array<Kind>(2).fill('zeros'),
  ...Array<Kind>(2).fill('noise'),
];

/** The kind of block `number`. */
export const kindOf = (number: number): Kind => MIX[number % MIX.length]!;

/** Block `number` of the corpus: always the same bytes. */
export function blockOf(number: number): Uint8Array {
  const next = generator(number + 1);
  switch (kindOf(number)) {
    case 'text':
      return text(next);
    case 'records':
      return records(number, next);
    case 'sparse':
      return sparse(next);
    case 'zeros':
      return new Uint8Array(BLOCK_SIZE);
    case 'noise':
      return Uint8Array.from({ length: BLOCK_SIZE }, () => next(256));
  }
}

function text(next: (bound: number) => number): Uint8Array {
  let line = '';
  while (line.length < BLOCK_SIZE) line += `${WORDS[next(WORDS.length)]!}${next(9) === 0 ? '.\n' : ' '}`;
  return new TextEncoder().encode(line.slice(0, BLOCK_SIZE));
}

/** 64 records of 64 bytes: pointers that resemble each other, counters, flags, a little that is any. */
function records(number: number, next: (bound: number) => number): Uint8Array {
  const words = new Uint32Array(BLOCK_SIZE / 4);
  for (let at = 0; at < words.length; at += 16) {
    words.set([0xffff8880, 0x1000_0000 + number * BLOCK_SIZE + at * 64, at >> 4, next(4), next(1 << 16)], at);
    words.set([0xffff8880, 0x2000_0000 + next(64) * 64, next(1 << 30)], at + 8);
  }
  return new Uint8Array(words.buffer);
}

function sparse(next: (bound: number) => number): Uint8Array {
  const block = new Uint8Array(BLOCK_SIZE);
  for (let count = 0; count < 40; count++) block[next(BLOCK_SIZE)] = next(256);
  return block;
}

/** Numbers below a bound, the same for the same seed. */
function generator(seed: number): (bound: number) => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}
