/**
 * The buffers in two shapes: the processor copies, or the device does. One module, so that a check or `mutate` takes them together.
 *
 * @packageDocumentation
 */
import { variantOf } from '@movable-pages/core';
import { GpuBufferDriver } from './driver.js';

/** Buffers of several pages, which the processor copies. */
export { GpuBufferDriver };

/** A device that copies pages by itself, and may fail at it; a buffer is a page. @since 0.1.0 */
export const gpuBufferCopyEngine = variantOf(GpuBufferDriver, 'gpu-buffer-copy-engine', {
  copyEngine: true,
  pages: 1,
});
