/**
 * Every driver of the museum, for `movable-pages replay` and `movable-pages check`: the bases, and the broken twins.
 *
 * @packageDocumentation
 */
import type { DriverDefinition } from '@movable-pages/core';
import { balloon } from './bases/balloon/driver.js';
import { buffers } from './bases/buffers/driver.js';
import { groups } from './bases/groups/driver.js';
import { z3fold } from './bases/z3fold/driver.js';
import { findExhibit } from './find-exhibit.js';

/** The broken twin of an exhibit of a driver. */
function broken(id: string): DriverDefinition {
  const { twins } = findExhibit(id);
  if (twins.kind !== 'driver') throw new Error(`${id} is a bug of the VM`);
  return twins.broken;
}

/** A right balloon. @since 0.1.0 */
export const balloonBase = balloon.repaired;
/** Right buffers. @since 0.1.0 */
export const buffersBase = buffers.repaired;
/** Right groups of pages, after zsmalloc. @since 0.1.0 */
export const groupsBase = groups.repaired;
/** A right pool, after z3fold. @since 0.1.0 */
export const z3foldBase = z3fold.repaired;
/** The broken twin of B01. @since 0.1.0 */
export const b01 = broken('B01');
/** The broken twin of B02. @since 0.1.0 */
export const b02 = broken('B02');
/** The broken twin of B03. @since 0.1.0 */
export const b03 = broken('B03');
/** The broken twin of B04. @since 0.1.0 */
export const b04 = broken('B04');
/** The broken twin of B05. @since 0.1.0 */
export const b05 = broken('B05');
/** The broken twin of B07. @since 0.1.0 */
export const b07 = broken('B07');
/** The broken twin of B09. @since 0.1.0 */
export const b09 = broken('B09');
/** The broken twin of B10. @since 0.1.0 */
export const b10 = broken('B10');
/** The broken twin of B11. @since 0.1.0 */
export const b11 = broken('B11');
/** The broken twin of B12. @since 0.1.0 */
export const b12 = broken('B12');
/** The broken twin of B13. @since 0.1.0 */
export const b13 = broken('B13');
/** The broken twin of B14. @since 0.1.0 */
export const b14 = broken('B14');
/** The broken twin of B15. @since 0.1.0 */
export const b15 = broken('B15');
/** The broken twin of B17. @since 0.1.0 */
export const b17 = broken('B17');
/** The broken twin of B18. @since 0.1.0 */
export const b18 = broken('B18');
/** The broken twin of B20. @since 0.1.0 */
export const b20 = broken('B20');
/** The broken twin of B23. @since 0.1.0 */
export const b23 = broken('B23');
/** The broken twin of B25. @since 0.1.0 */
export const b25 = broken('B25');
/** The broken twin of B28. @since 0.1.0 */
export const b28 = broken('B28');
/** The broken twin of B29. @since 0.1.0 */
export const b29 = broken('B29');
/** The broken twin of B30. @since 0.1.0 */
export const b30 = broken('B30');
/** The broken twin of B42. @since 0.1.0 */
export const b42 = broken('B42');
/** The broken twin of B44. @since 0.1.0 */
export const b44 = broken('B44');
/** The broken twin of B45. @since 0.1.0 */
export const b45 = broken('B45');
/** The broken twin of B47. @since 0.1.0 */
export const b47 = broken('B47');
/** The broken twin of B48. @since 0.1.0 */
export const b48 = broken('B48');
