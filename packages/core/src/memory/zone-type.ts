/**
 * The kinds of zone, lowest first. A request that may use one may use all below it.
 *
 * @kernel include/linux/mmzone.h enum zone_type
 * @since 0.1.0
 */
export const ZoneType = { dma: 0, dma32: 1, normal: 2, movable: 3 } as const;

/** One of {@link ZoneType}. @since 0.1.0 */
export type ZoneType = (typeof ZoneType)[keyof typeof ZoneType];

/** The kernel's names of the zones, by number. @since 0.1.0 */
export const ZONE_NAMES = ['DMA', 'DMA32', 'Normal', 'Movable'] as const;

/** One of {@link ZONE_NAMES}. @since 0.1.0 */
export type ZoneName = (typeof ZONE_NAMES)[number];
