import type { Op, Workload } from '@movable-pages/core';
import type { ZsHandle } from './handle.js';
import { MapMode } from './mapped-object.js';
import type { ZsPool } from './pool.js';

/** The workload of a pool: no pins, for nobody may keep one. @since 0.1.0 */
export type ZsmallocWorkload = Workload<ZsHandle> &
  Required<Pick<Workload<ZsHandle>, 'write' | 'read' | 'shrink' | 'unload' | 'inspect'>>;

/** Read instead of a value whose words do not belong together. */
const TORN = -1;

/**
 * Says in the suite's words what the pool can do. A value fills an object: word `n` holds the value plus `n`, so that half
 * of an old and half of a new value are no value.
 *
 * @param objectSize Bytes of an object.
 */
export function zsmallocWorkload(pool: ZsPool, objectSize: number): ZsmallocWorkload {
  return {
    allocate: () => pool.malloc(objectSize),
    *write(handle: ZsHandle, value: number): Op<void> {
      const object = yield* pool.map(handle, MapMode.writeOnly);
      for (let at = 0; at < object.length; at++) object.write(at, value + at);
      yield* pool.unmap(handle, object);
    },
    *read(handle: ZsHandle): Op<number> {
      const object = yield* pool.map(handle, MapMode.readOnly);
      let value = object.read(0);
      for (let at = 1; at < object.length; at++) if (object.read(at) !== value + at) value = TORN;
      yield* pool.unmap(handle, object);
      return value;
    },
    free: (handle: ZsHandle) => pool.free(handle),
    shrink: () => pool.compact(),
    unload: () => pool.destroy(),
    inspect: () => ({ pages: pool.totalPages, objects: pool.objects }),
  };
}
