import { mix } from '@movable-pages/machine';
import { identityOf } from './check-options.js';
import type { Executor } from './execution.js';
import type { ExploreOptions } from './explore-options.js';
import type { Outcome } from './outcome.js';
import type { Program } from './program.js';
import type { WorkUnit } from './work-unit.js';

/**
 * What a search saw, as one number of 64 bits: folded over the footprint of every execution in order. It cannot be had
 * without running them, and a program or a search that differs anywhere gives another.
 *
 * @since 0.1.0
 */
export class SearchDigest {
  private high: number;
  private low: number;

  /** Begins with what is searched, and how. */
  constructor(program: Program, options: ExploreOptions, unit: WorkUnit) {
    const identity = mix(identityOf(program, options), unit.index);
    this.high = mix(1, identity);
    this.low = mix(2, identity);
  }

  /** Folds in the execution that ended last. */
  note({ footprint }: Executor, { steps, preemptions, faults, violation, abandoned }: Outcome): void {
    const cost = Math.imul(preemptions, 31) + faults * 4 + (violation === null ? 0 : 2) + (abandoned ? 1 : 0);
    this.high = mix(mix(this.high, footprint.sum), steps);
    // The lanes feed on each other, so that 64 bits are what they are worth.
    this.low = mix(mix(this.low + this.high, cost), footprint.sum);
  }

  /** Sixteen hexadecimal digits. */
  toString(): string {
    return hex(this.high) + hex(this.low);
  }

  /** Goes on from a digest. */
  restore(digest: string): void {
    this.high = Number.parseInt(digest.slice(0, 8), 16) | 0;
    this.low = Number.parseInt(digest.slice(8), 16) | 0;
  }
}

/** The digest of two searches together, in whatever order. @since 0.1.0 */
export function addDigests(a: string, b: string): string {
  const lane = (from: number) =>
    hex((Number.parseInt(a.slice(from, from + 8), 16) + Number.parseInt(b.slice(from, from + 8), 16)) | 0);
  return lane(0) + lane(8);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
