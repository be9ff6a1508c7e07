import { ambientHost } from './ambient-host.js';
import type { Rejection } from './shareable.js';

/**
 * Makes ordinary data tracked state of the running machine: its accesses are recorded for race detection, undone between
 * executions and refused after a free. Objects have a fixed shape and arrays no holes; use what is returned, not what was passed
 * in. Dates, promises, typed arrays and class instances are rejected; extend `SharedObject` for classes.
 *
 * @example
 * class Balloon {
 *   private readonly state = shared({ pages: [] as Rec[], inflated: 0 });
 * }
 *
 * @throws {MachineError} `MP_NO_MACHINE`, `MP_SHARED_CLASS`, `MP_STALE_REFERENCE`, `MP_ARRAY_HOLE`, `MP_RAW_STORE`,
 *   `MP_FOREIGN_VALUE`, `MP_PARAMETER`
 * @since 0.1.0
 */
export function shared<T>(init: T & Rejection<T>): T {
  return ambientHost('shared()').space.shared<T>(init);
}
