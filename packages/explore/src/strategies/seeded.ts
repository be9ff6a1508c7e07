/**
 * A seeded stream of numbers (mulberry32): the same seed gives the same numbers on every machine.
 */
export class Seeded {
  /** Where the stream is; set it to go on from there. */
  state: number;

  constructor(seed: number) {
    this.state = seed | 0;
  }

  /** The next number in [0, bound), for bounds up to 65,536. */
  below(bound: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    // The high bits, by an integer multiplication: a remainder of 32 bits without sign is one of floating point.
    return Math.imul((t ^ (t >>> 14)) >>> 16, bound) >>> 16;
  }
}
