/** Free pages below which a zone is said to be short, in pages. @since 0.1.0 */
export interface Watermarks {
  /** Only those who may use reserves go below it. */
  readonly min: number;
  /** Below it kswapd is woken. */
  readonly low: number;
  /** Kswapd stops here. */
  readonly high: number;
  /** Memory tiering stops promoting here. */
  readonly promo: number;
}

/** What the watermarks of a zone depend on, in pages. @since 0.1.0 */
export interface WatermarkFacts {
  /** Pages that the machine keeps free, all zones together. */
  readonly pagesMin: number;
  /** Pages of the zone that the allocator has. */
  readonly managed: number;
  /** The same of all zones: none is high memory, which would keep a small amount of its own. */
  readonly lowmem: number;
  /** Ten-thousandths of the zone between the marks, at least. */
  readonly scaleFactor: number;
}

/**
 * The watermarks of a zone.
 *
 * @kernel mm/page_alloc.c __setup_per_zone_wmarks
 * @since 0.1.0
 */
export function watermarksOf(facts: WatermarkFacts): Watermarks {
  const { pagesMin, managed, lowmem, scaleFactor } = facts;
  const min = lowmem === 0 ? 0 : Math.floor((pagesMin * managed) / lowmem);
  const gap = Math.max(Math.floor(min / 4), Math.floor((managed * scaleFactor) / 10_000));
  return { min, low: min + gap, high: min + 2 * gap, promo: min + 3 * gap };
}

/** The least and the most kilobytes that are kept free by default. */
const MIN_FREE_KBYTES = { least: 128, most: 262_144 };

/**
 * Kilobytes that a machine keeps free by default: they grow with the root of its memory.
 *
 * @kernel mm/page_alloc.c calculate_min_free_kbytes
 * @since 0.1.0
 */
export function defaultMinFreeKbytes(lowmemKbytes: number): number {
  const root = Math.floor(Math.sqrt(lowmemKbytes * 16));
  return Math.min(Math.max(root, MIN_FREE_KBYTES.least), MIN_FREE_KBYTES.most);
}
