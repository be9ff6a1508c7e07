/**
 * A balloon driver whose pages can be moved: the reference driver of movable-pages, written as a third party would
 * write one.
 *
 * @packageDocumentation
 */
export { BalloonDriver } from './driver.js';
export { BalloonHost } from './host.js';
export { BalloonPages } from './pages.js';
export type { BalloonToken, BalloonWorkload } from './workload.js';
