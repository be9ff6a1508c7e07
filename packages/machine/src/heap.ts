import { MachineError } from './errors.js';
import { mix } from './mix.js';

/** Names the words of a region: `describe(3)` is the fourth. @since 0.1.0 */
export type DescribeWord = (offset: number) => string;

interface Region {
  readonly base: number;
  readonly length: number;
  readonly describe: DescribeWord;
  /** The value behind a location that has no word. */
  readonly read?: (offset: number) => unknown;
}

/** Why a word may not be used any more. */
interface Grave {
  readonly base: number;
  readonly length: number;
  readonly what: string;
  readonly site: string | undefined;
}

/**
 * The word heap: one `Int32Array` in which every shared word of a machine has its address, and behind it a space of
 * location numbers without words (page contents, keys of tracked objects). Words given out after {@link Heap.seal}
 * vanish at {@link Heap.reset}; freed ones are poisoned and not given out again in the same execution.
 *
 * @since 0.1.0
 */
export class Heap {
  /** The words. Index = location. */
  readonly words: Int32Array;
  private readonly poisoned: Uint8Array;
  private readonly regions: Region[] = [];
  private readonly graves: Grave[] = [];
  private readonly freeBySize = new Map<number, number[]>();
  private top = 0;
  private virtualTop: number;
  private sealedTop = -1;
  private sealedVirtualTop = 0;
  private sealedRegions = 0;
  private highWater = 0;
  private initial: Int32Array = new Int32Array(0);

  /**
   * @param words The memory, handed in and not owned; or how many words to make.
   * @param tracked Whether freed words are poisoned (else they are given out again).
   */
  constructor(
    words: Int32Array | number,
    private readonly tracked: boolean,
  ) {
    this.words = typeof words === 'number' ? new Int32Array(words) : words.fill(0);
    this.virtualTop = this.words.length;
    this.poisoned = new Uint8Array(tracked ? this.words.length : 0);
  }

  /** How many locations exist, those without words included. */
  get locations(): number {
    return this.virtualTop;
  }

  /**
   * Gives out `length` consecutive words, all 0.
   *
   * @throws MachineError `MP_HEAP_FULL`.
   */
  allocate(length: number, describe: DescribeWord): number {
    if (!this.tracked) {
      const base = this.freeBySize.get(length)?.pop();
      if (base !== undefined) {
        this.words.fill(0, base, base + length);
        return base;
      }
    }
    const base = this.top;
    if (base + length > this.words.length) {
      throw new MachineError(
        'MP_HEAP_FULL',
        `the word heap has ${this.words.length} words and ${length} more are asked for; give the machine more with { words }`,
      );
    }
    // All words that were not given out are 0; filling them again would touch all memory of a large machine.
    this.top = base + length;
    if (this.top > this.highWater) this.highWater = this.top;
    this.regions.push({ base, length, describe });
    return base;
  }

  /** Takes words back. In a tracked heap every later use is a `MP_USE_AFTER_FREE`. */
  release(base: number, length: number, what: string, site: string | undefined): void {
    if (this.tracked) {
      this.poisoned.fill(1, base, base + length);
      this.graves.push({ base, length, what, site });
      return;
    }
    const list = this.freeBySize.get(length);
    if (list === undefined) this.freeBySize.set(length, [base]);
    else list.push(base);
  }

  /** Gives words that were released in this execution, and are as good as new, to the same owner again, all 0. */
  reclaim(base: number, length: number): void {
    this.words.fill(0, base, base + length);
    if (!this.tracked) return;
    this.poisoned.fill(0, base, base + length);
    const grave = this.graves.findLastIndex((at) => at.base === base);
    if (grave >= 0) this.graves.splice(grave, 1);
  }

  /** Words given out since the seal and not taken back: where each lot begins, and what its first word is called. */
  leaks(): { location: number; name: string; words: number }[] {
    return this.regions
      .slice(Math.max(this.sealedRegions, 0))
      .filter(({ base }) => base < this.words.length && !this.isPoisoned(base))
      .map(({ base, length, describe }) => ({ location: base, name: describe(0), words: length }));
  }

  /** Whether a location is poisoned. Only words can be. */
  isPoisoned(location: number): boolean {
    return location >= 0 && location < this.poisoned.length && this.poisoned[location] === 1;
  }

  /** Who freed a poisoned location, and where. */
  graveOf(location: number): { what: string; site: string | undefined } | null {
    for (let i = this.graves.length - 1; i >= 0; i--) {
      const grave = this.graves[i]!;
      if (location >= grave.base && location < grave.base + grave.length) return grave;
    }
    return null;
  }

  /** Gives out `length` location numbers that have no word behind them. */
  reserveLocations(length: number): number {
    const base = this.virtualTop;
    this.virtualTop += length;
    return base;
  }

  /** Like {@link Heap.reserveLocations}, with names and, unrecorded, values for reports. */
  reserveNamed(length: number, describe: DescribeWord, read?: (offset: number) => unknown): number {
    const base = this.reserveLocations(length);
    this.regions.push({ base, length, describe, ...(read === undefined ? {} : { read }) });
    return base;
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.sealedTop = this.top;
    this.sealedVirtualTop = this.virtualTop;
    this.sealedRegions = this.regions.length;
    this.highWater = this.top;
    if (this.tracked) this.initial = this.words.slice(0, this.top);
  }

  /** Back to the sealed state. An untracked heap keeps no copy of that and goes on as it is. */
  reset(): void {
    if (!this.tracked) return;
    this.words.set(this.initial);
    if (this.highWater > this.sealedTop) this.words.fill(0, this.sealedTop, this.highWater);
    this.top = this.sealedTop;
    this.highWater = this.sealedTop;
    this.virtualTop = this.sealedVirtualTop;
    this.regions.length = this.sealedRegions;
    if (this.graves.length > 0) {
      for (const grave of this.graves) this.poisoned.fill(0, grave.base, grave.base + grave.length);
      this.graves.length = 0;
    }
  }

  /** One number for the words in use. */
  digest(): number {
    let sum = 0;
    for (let at = 0; at < this.top; at++) {
      const value = this.words[at]!;
      if (value !== 0) sum = (sum + mix(mix(1, at), value)) | 0;
    }
    return sum;
  }

  /** The words in use that are not 0, by name, one a line. */
  lines(): string[] {
    const lines: string[] = [];
    for (const region of this.regions) {
      if (region.base >= this.words.length) continue;
      for (let offset = 0; offset < region.length; offset++) {
        const value = this.words[region.base + offset]!;
        if (value !== 0) lines.push(`${region.describe(offset)} = ${value}`);
      }
    }
    return lines;
  }

  /** The name of a location, or null if no region holds it. */
  describe(location: number): string | null {
    const region = this.regionOf(location);
    return region === null ? null : region.describe(location - region.base);
  }

  /** The value at a location as it is, for reports; undefined if it is not known here. */
  valueAt(location: number): unknown {
    if (location < this.words.length) return this.words[location];
    const region = this.regionOf(location);
    return region?.read?.(location - region.base);
  }

  private regionOf(location: number): Region | null {
    for (let i = this.regions.length - 1; i >= 0; i--) {
      const region = this.regions[i]!;
      if (location >= region.base && location < region.base + region.length) return region;
    }
    return null;
  }
}
