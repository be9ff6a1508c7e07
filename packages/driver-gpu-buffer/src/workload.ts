import type { Op, Workload } from '@movable-pages/core';
import type { GpuBufferDriver } from './driver.js';
import type { GpuBuffer } from './gpu-buffer.js';

/** The workload of the buffers: all that there is but loading and interrupts. @since 0.1.0 */
export type GpuBufferWorkload = Required<Omit<Workload<GpuBuffer>, 'load' | 'interrupt'>>;

/** Says in the suite's words what the driver can do: processor and device write, the processor reads. */
export function gpuBufferWorkload(driver: GpuBufferDriver): GpuBufferWorkload {
  return {
    allocate: () => driver.create(),
    *write(buffer, value): Op<void> {
      // Both write it: the device adds to what the processor wrote.
      yield* driver.write(buffer, value - 1);
      // Out of memory for the device: the processor can do it where the contents are.
      if (!(yield* driver.submit(buffer, 'add', 1))) yield* driver.write(buffer, value);
    },
    *read(buffer): Op<number> {
      const [first, ...others] = yield* driver.read(buffer);
      return others.find((word) => word !== first) ?? first!;
    },
    free: (buffer) => driver.destroy(buffer),
    pin: (buffer) => driver.pin(buffer),
    unpin: (buffer) => driver.unpin(buffer),
    shrink: () => driver.shrink(),
    unload: () => driver.unload(),
    inspect: () => ({
      pages: driver.buffers.reduce((sum, { pages }) => sum + pages.filter((page) => page !== null).length, 0),
      objects: driver.inUse,
    }),
  };
}
