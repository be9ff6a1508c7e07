import { definitionOf, DriverDefinition, DriverError, type DriverClass } from '@movable-pages/core';
import { DriverCheck, type CheckOptions } from './driver-check.js';
import type { Verdict } from './verdict.js';

export type { CheckOptions } from './driver-check.js';

/**
 * Checks a driver in this process: every scenario that fits it, under every profile. A driver that loops without
 * operations hangs it; the command line and {@link checkModule} run it under a watchdog instead.
 *
 * @throws DriverError `MP_NOT_A_DRIVER`; CheckError `MP_UNKNOWN_PROFILE`, `MP_UNKNOWN_SCENARIO`, `MP_UNKNOWN_RULE`.
 * @since 0.1.0
 */
export function checkDriver(driver: DriverDefinition | DriverClass, options: CheckOptions = {}): Verdict {
  return new DriverCheck(asDefinition(driver), options).verdict();
}

/** @throws DriverError `MP_NOT_A_DRIVER`. */
export function asDefinition(driver: unknown): DriverDefinition {
  const definition = DriverDefinition.is(driver) ? driver : definitionOf(driver);
  if (definition === null) {
    throw new DriverError(
      'MP_NOT_A_DRIVER',
      'this is no driver; give a class with @movableDriver or the result of defineDriver',
    );
  }
  return definition;
}
