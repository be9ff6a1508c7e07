/** A number in [0, bound) from a seed, a stream and a count, well mixed (the finaliser of a 32-bit hash). */
export function spread(seed: number, stream: number, count: number, bound: number): number {
  let x = (seed ^ Math.imul(stream, 0x9e3779b1)) + Math.imul(count, 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return ((x ^ (x >>> 15)) >>> 0) % bound;
}
