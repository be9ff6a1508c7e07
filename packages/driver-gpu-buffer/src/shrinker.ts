import { type Op, type Shrinker } from '@movable-pages/core';
import type { GpuBufferDriver } from './driver.js';

/** What reclaim asks when memory is short. @kernel drivers/gpu/drm/ttm/ttm_pool.c */
export function bufferShrinker(driver: GpuBufferDriver): Shrinker {
  return Object.freeze({
    name: 'gpu-buffer',
    /** An upper bound: what is busy is only found out by trying. */
    *countObjects(): Op<number> {
      return driver.buffers.length * driver.buffers[0]!.pages.length;
    },
    scanObjects: (_node: number, objects: number): Op<number> => driver.shrink(objects),
  });
}
