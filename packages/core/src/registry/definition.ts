import type { Kernel } from '../kernel.js';
import type { MovableMapping } from '../movable/movable-mapping.js';
import { CAPABILITIES, CONTRACTS, type Capability, type Contract, type DriverOf } from './contract.js';
import { DriverError } from './errors.js';
import type { DriverOptions } from './tokens.js';

/** What a driver states about itself. `O` are its options. @since 0.1.0 */
export interface DriverInfo<O extends DriverOptions = DriverOptions> {
  /** Lower case letters, digits and dashes; unique in a registry. */
  readonly name: string;
  /** Version of the driver. Default `0.0.0`. */
  readonly version?: string;
  /** Which signatures it is written to. */
  readonly contract: Contract;
  /** What it can do, or need not; a function if that depends on its options. Default none. */
  readonly capabilities?: readonly Capability[] | ((options: O) => readonly Capability[]);
  /** Its options with their defaults. What a caller changes must be of the same type. */
  readonly options?: O;
}

/** What `create` gets: everything a class would have injected. @since 0.1.0 */
export interface DriverContext<O extends DriverOptions = DriverOptions> {
  readonly kernel: Kernel;
  readonly allocator: Kernel['allocator'];
  readonly vmstat: Kernel['vmstat'];
  readonly events: Kernel['events'];
  /** To be given to `setPageMovable`. */
  readonly mapping: MovableMapping;
  readonly options: O;
}

/** Makes an instance on a kernel, in construction. */
export type DriverFactory = (context: DriverContext) => unknown;

/** This copy of the package. */
export const CORE = Symbol('@movable-pages/core');

const BRAND = Symbol.for('movable-pages.driver');

/**
 * A driver as the registry knows it, however it was written.
 *
 * @since 0.1.0
 */
export class DriverDefinition {
  readonly name: string;
  readonly version: string;
  readonly contract: Contract;
  /** What it can do with the default options. */
  readonly capabilities: ReadonlySet<Capability>;
  readonly defaults: DriverOptions;
  readonly [BRAND] = true;
  /** @internal The copy of this package that the driver was written against. */
  readonly core: symbol = CORE;
  private readonly claims: Required<DriverInfo>['capabilities'];

  /**
   * @throws DriverError `MP_BAD_NAME`, `MP_UNKNOWN_CONTRACT`, `MP_UNKNOWN_CAPABILITY`.
   */
  constructor(
    info: DriverInfo,
    /** @internal */
    readonly create: DriverFactory,
  ) {
    if (typeof info?.name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(info.name)) {
      throw new DriverError(
        'MP_BAD_NAME',
        `a driver needs a name of lower case letters, digits and dashes; this one says ${JSON.stringify(info?.name) ?? 'nothing'}`,
      );
    }
    if (info.version !== undefined && !/^[\w.+~ -]+$/.test(String(info.version))) {
      throw new DriverError(
        'MP_BAD_NAME',
        `the version of driver ${info.name} is ${JSON.stringify(info.version)}; write one like 1.2.3`,
      );
    }
    if (!CONTRACTS.includes(info.contract)) {
      throw new DriverError(
        'MP_UNKNOWN_CONTRACT',
        `driver ${info.name} is written to contract ${JSON.stringify(info.contract)}; this core knows ${CONTRACTS.join(' and ')}`,
      );
    }
    this.name = info.name;
    this.version = info.version ?? '0.0.0';
    this.contract = info.contract;
    this.defaults = Object.freeze({ ...info.options });
    this.claims = info.capabilities ?? [];
    this.capabilities = this.capabilitiesWith(this.defaults);
  }

  /**
   * All options, where some differ from their defaults.
   *
   * @throws DriverError `MP_UNKNOWN_OPTION`, `MP_BAD_OPTION`.
   */
  optionsWith(options: DriverOptions): DriverOptions {
    for (const [key, value] of Object.entries(options)) {
      if (!Object.hasOwn(this.defaults, key)) {
        const known = Object.keys(this.defaults).join(', ') || 'none';
        throw new DriverError(
          'MP_UNKNOWN_OPTION',
          `driver ${this.name} has no option ${key}; it has: ${known}`,
        );
      }
      const usual = this.defaults[key];
      if (typeof value !== typeof usual) {
        throw new DriverError(
          'MP_BAD_OPTION',
          `option ${key} of driver ${this.name} is ${JSON.stringify(value)}; give a ${typeof usual}, as its default ${JSON.stringify(usual)} is`,
        );
      }
    }
    return Object.freeze({ ...this.defaults, ...options });
  }

  /**
   * The same driver with other defaults for some of its options, under a name of its own.
   *
   * @throws DriverError `MP_BAD_NAME`, `MP_UNKNOWN_CAPABILITY`, `MP_UNKNOWN_OPTION`, `MP_BAD_OPTION`.
   */
  variant(name: string, options: DriverOptions): DriverDefinition {
    const { version, contract, claims: capabilities } = this;
    return new DriverDefinition(
      { name, version, contract, capabilities, options: this.optionsWith(options) },
      this.create,
    );
  }

  /**
   * What it can do with some options.
   *
   * @param options All of them, defaults included.
   * @throws DriverError `MP_UNKNOWN_CAPABILITY`.
   */
  capabilitiesWith(options: DriverOptions): ReadonlySet<Capability> {
    const claimed = typeof this.claims === 'function' ? this.claims(options) : this.claims;
    for (const capability of claimed) {
      if (CAPABILITIES.includes(capability)) continue;
      throw new DriverError(
        'MP_UNKNOWN_CAPABILITY',
        `driver ${this.name} claims capability ${JSON.stringify(capability)}; this core knows ${CAPABILITIES.join(', ')}`,
      );
    }
    return new Set(claimed);
  }

  /** Whether a value is a definition, of this or another copy of the package. */
  static is(value: unknown): value is DriverDefinition {
    return typeof value === 'object' && value !== null && (value as { [BRAND]?: unknown })[BRAND] === true;
  }
}

/**
 * Defines a driver by a function that makes a plain object: the same power as a class with `@movableDriver`.
 *
 * @example
 * export default defineDriver({ name: 'tiny', contract: 'a_ops', create: ({ allocator, mapping }) => ({ ... }) });
 *
 * @throws DriverError `MP_BAD_NAME`, `MP_UNKNOWN_CONTRACT`, `MP_UNKNOWN_CAPABILITY`, `MP_CREATE_FAILED` (create is no function).
 * @since 0.1.0
 */
export function defineDriver<O extends DriverOptions = DriverOptions, C extends Contract = Contract>(
  definition: Omit<DriverInfo<O>, 'contract'> & {
    readonly contract: C;
    /** Makes an instance. Synchronous; all state in `shared()` and machine primitives. */
    create(context: DriverContext<O>): DriverOf<C>;
  },
): DriverDefinition {
  if (typeof definition?.create !== 'function') {
    throw new DriverError(
      'MP_CREATE_FAILED',
      `driver ${definition?.name} has no create function; give create(context) { return { ... } }`,
    );
  }
  return new DriverDefinition(definition as DriverInfo, (context) =>
    definition.create(context as DriverContext<O>),
  );
}
