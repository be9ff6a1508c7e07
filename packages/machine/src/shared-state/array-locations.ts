import type { SharedHost } from './host.js';

const SMALLEST = 4;

/**
 * The location numbers of an array: one for `length`, then one for each element. The first block is reserved when the array is
 * made; whenever it outgrows them, a block as large as all before is added, so that a location is two shifts away.
 */
export class ArrayLocations {
  readonly length: number;
  /** Elements that have a location: a power of two. */
  capacity: number;
  readonly #firstBits: number;
  /** First location of block k >= 1, at [k - 1]. */
  readonly #blocks: number[] = [];
  #settled = -1;

  constructor(host: SharedHost, length: number) {
    this.capacity = SMALLEST;
    while (this.capacity < length) this.capacity *= 2;
    this.#firstBits = 31 - Math.clz32(this.capacity);
    this.length = host.reserveLocations(1 + this.capacity);
  }

  at(index: number): number {
    const first = index >>> this.#firstBits;
    if (first === 0) return this.length + 1 + index;
    const block = 31 - Math.clz32(first);
    return this.#blocks[block]! + index - (1 << (block + this.#firstBits));
  }

  /** The index that has a location, or -1. */
  indexAt(location: number): number {
    const firstSize = 1 << this.#firstBits;
    const offset = location - this.length - 1;
    if (offset >= 0 && offset < firstSize) return offset;
    for (let block = 0; block < this.#blocks.length; block++) {
      const size = firstSize << block;
      const within = location - this.#blocks[block]!;
      if (within >= 0 && within < size) return size + within;
    }
    return -1;
  }

  grow(host: SharedHost, length: number): void {
    if (host.sealed && this.#settled < 0) this.#settled = this.#blocks.length;
    while (this.capacity < length) {
      this.#blocks.push(host.reserveLocations(this.capacity));
      this.capacity *= 2;
    }
  }

  /** Drops the blocks that were added since construction. */
  forgetGrowth(): void {
    if (this.#settled < 0) return;
    this.#blocks.length = this.#settled;
    this.capacity = 1 << (this.#firstBits + this.#settled);
  }
}
