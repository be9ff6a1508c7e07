/**
 * Picks some of many, in the order that they have. The same seed picks the same.
 *
 * @param limit How many.
 */
export function sample<T>(all: readonly T[], limit: number, seed: number): T[] {
  const order = all.map((_, index) => index);
  const random = generator(seed);
  for (let i = order.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const picked = new Set(order.slice(0, limit));
  return all.filter((_, index) => picked.has(index));
}

/** Mulberry32: numbers from 0 to 1 that depend on nothing but the seed. */
function generator(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
