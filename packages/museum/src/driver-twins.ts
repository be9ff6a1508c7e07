import {
  defineDriver,
  type AddressSpaceDriver,
  type Capability,
  type DriverContext,
  type DriverDefinition,
} from '@movable-pages/core';
import type { DriverTwins } from './exhibit.js';

/** A base that broken twins are derived from. */
export interface Base<T extends object> {
  readonly name: string;

  readonly capabilities: readonly Capability[];
  readonly Right: new (context: DriverContext) => T;
  readonly repaired: DriverDefinition;
}

/** Makes a base, and its driver as it should be. */
export function driverBase<T extends AddressSpaceDriver>(
  name: string,
  Right: new (context: DriverContext) => T,
  capabilities: readonly Capability[] = [],
): Base<T> {
  return {
    name,

    capabilities,
    Right,
    repaired: define(name, capabilities, Right),
  };
}

/**
 * The twins of an exhibit: the base, and a subclass that overrides the steps that were wrong.
 *
 * @param scenarios Scenarios of the suite that have who is needed for it.
 */
export function driverTwins<T extends AddressSpaceDriver>(
  id: string,
  base: Base<T>,
  Broken: new (context: DriverContext) => T,
  scenarios: readonly string[],
): DriverTwins {
  return {
    kind: 'driver',
    broken: define(`${base.name}-${id.toLowerCase()}`, base.capabilities, Broken),
    repaired: base.repaired,
    differsIn: Object.getOwnPropertyNames(Broken.prototype).filter((name) => name !== 'constructor'),
    scenarios,
  };
}

function define<T extends AddressSpaceDriver>(
  name: string,
  capabilities: readonly Capability[],
  Driver: new (context: DriverContext) => T,
): DriverDefinition {
  return defineDriver({
    name,
    version: '0.1.0',
    contract: 'a_ops',
    capabilities,
    create: (context) => new Driver(context),
  });
}
