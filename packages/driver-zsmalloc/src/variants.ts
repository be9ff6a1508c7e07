/**
 * zsmalloc in two shapes: small objects, and such as have a page to themselves. One module, so that a check or `mutate` takes them together.
 *
 * @packageDocumentation
 */
import { variantOf } from '@movable-pages/core';
import { ZsmallocDriver } from './driver.js';

export { ZsmallocDriver };

/** Objects that have a page of a scenario to themselves, and no header. @since 0.1.0 */
export const zsmallocHuge = variantOf(ZsmallocDriver, 'zsmalloc-huge', { objectSize: 24 });
