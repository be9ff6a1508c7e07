import { ambientHost } from './ambient-host.js';

/**
 * Frees a tracked object, as kfree() does: every location of it is written, so that a reader that nothing orders is a race, and any
 * later use is an error. What it refers to is not freed. The direct executor ignores it.
 *
 * @kernel mm/slub.c kfree
 * @throws {MachineError} `MP_NO_MACHINE`, `MP_DOUBLE_FREE`, `MP_STALE_REFERENCE`, `MP_FOREIGN_VALUE`, `MP_PARAMETER`
 * @since 0.1.0
 */
export function freeShared(object: object): void {
  ambientHost('freeShared()').space.free(object);
}
