import { zoneWatermarkOk } from '../memory/watermark-ok.js';
import { ZoneType } from '../memory/zone-type.js';
import type { Zone } from '../memory/zone.js';

/** Whether single pages can be taken for migration without a zone falling below `mark`: CMA pages will do. */
export function watermarkForIsolation(
  zone: Zone,
  mark: number,
  highestZone: ZoneType = ZoneType.dma,
): boolean {
  return zoneWatermarkOk(zone, {
    order: 0,
    mark,
    highestZone,
    cma: true,
    reserves: false,
    nonBlocking: false,
  });
}
