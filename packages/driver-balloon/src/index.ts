/**
 * A balloon driver whose pages can be moved: the reference driver of movable-pages, written as a third party would
 * write one.
 *
 * @packageDocumentation
 */
export { BalloonDriver } from './driver.js';
export { BalloonHost, ReportingHost } from './host.js';
export { BALLOON_DEFAULTS, balloonOptions, type BalloonOptions, type DeflateOn } from './options.js';
export { BalloonPages } from './pages.js';
export { BalloonPressure, type Deflatable } from './pressure.js';
export { BalloonReporting } from './reporting.js';
export { VirtQueue } from './virt-queue.js';
export type { BalloonToken, BalloonWorkload } from './workload.js';
