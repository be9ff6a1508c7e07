import { DriverDefinition } from './definition.js';
import { DriverError } from './errors.js';
import { definitionOf, type DriverClass } from './movable-driver.js';
import type { DriverOptions } from './tokens.js';

/**
 * A driver with other defaults for some of its options, under a name of its own: so that a check of one module judges it in
 * each of its shapes.
 *
 * @example
 * export const balloonOnOom = variantOf(BalloonDriver, 'balloon-oom', { deflateOn: 'oom' });
 *
 * @throws DriverError `MP_NOT_A_DRIVER`, `MP_BAD_NAME`, `MP_UNKNOWN_CAPABILITY`, `MP_UNKNOWN_OPTION`, `MP_BAD_OPTION`.
 * @since 0.1.0
 */
export function variantOf(
  driver: DriverDefinition | DriverClass,
  name: string,
  options: DriverOptions,
): DriverDefinition {
  const definition = DriverDefinition.is(driver) ? driver : definitionOf(driver);
  if (definition === null) {
    throw new DriverError(
      'MP_NOT_A_DRIVER',
      'a variant is made of a class with @movableDriver or the result of defineDriver',
    );
  }
  return definition.variant(name, options);
}
