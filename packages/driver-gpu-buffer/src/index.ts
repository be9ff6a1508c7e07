/**
 * Buffers of a GPU-like device whose pages can be moved: a reference driver of movable-pages, written as a third party
 * would write one.
 *
 * @packageDocumentation
 */
export { COPY_FAILS, DeviceQueue, type JobKind } from './device-queue.js';
export { DeviceMmu, MAP_FAILS } from './device-mmu.js';
export { GpuBufferDriver } from './driver.js';
export { GpuBuffer } from './gpu-buffer.js';
export type { GpuBufferOptions } from './options.js';
export type { Residency } from './residency.js';
export type { GpuBufferWorkload } from './workload.js';
