import { DriverDefinition } from './definition.js';
import { DriverError } from './errors.js';
import { definitionOf } from './movable-driver.js';

/** Where a driver came from, for messages. */
interface Entry {
  readonly definition: DriverDefinition;
  readonly source: string;
}

/**
 * The drivers that are known, by name.
 *
 * @since 0.1.0
 */
export class DriverRegistry {
  private readonly entries = new Map<string, Entry>();

  /**
   * Adds a driver: a class with `@movableDriver`, or what `defineDriver` gave.
   *
   * @param source Where it comes from: a file, a package.
   * @throws DriverError `MP_NOT_A_DRIVER`, `MP_DUPLICATE_DRIVER`.
   */
  register(driver: unknown, source = 'this program'): DriverDefinition {
    const definition = asDefinition(driver);
    if (definition === null) {
      throw new DriverError(
        'MP_NOT_A_DRIVER',
        `what ${source} gives is no driver; export a class with @movableDriver or the result of defineDriver`,
      );
    }
    const known = this.entries.get(definition.name);
    if (known !== undefined && known.definition !== definition) {
      throw new DriverError(
        'MP_DUPLICATE_DRIVER',
        `two drivers are called ${definition.name}: version ${known.definition.version} from ${known.source} and version ${definition.version} from ${source}; rename one`,
      );
    }
    this.entries.set(definition.name, { definition, source });
    return definition;
  }

  /**
   * Adds every driver that a module exports.
   *
   * @throws DriverError `MP_NOT_A_DRIVER` if it exports none, `MP_DUPLICATE_DRIVER`.
   */
  registerModule(module: object, source: string): DriverDefinition[] {
    const drivers = new Set<DriverDefinition>();
    for (const value of Object.values(module)) {
      const definition = asDefinition(value);
      if (definition !== null) drivers.add(definition);
    }
    if (drivers.size === 0) {
      const names = Object.keys(module);
      throw new DriverError(
        'MP_NOT_A_DRIVER',
        `${source} exports no driver (it exports ${names.length === 0 ? 'nothing' : names.join(', ')}); export a class with ` +
          '@movableDriver({ ... }) or the result of defineDriver({ ... })',
      );
    }
    return [...drivers].map((definition) => this.register(definition, source));
  }

  /** @throws DriverError `MP_UNKNOWN_DRIVER`. */
  get(name: string): DriverDefinition {
    const entry = this.entries.get(name);
    if (entry === undefined) {
      throw new DriverError(
        'MP_UNKNOWN_DRIVER',
        `no driver is called ${name}; known: ${[...this.entries.keys()].join(', ') || 'none'}`,
      );
    }
    return entry.definition;
  }

  /** All drivers, in the order in which they came. */
  list(): DriverDefinition[] {
    return [...this.entries.values()].map((entry) => entry.definition);
  }
}

function asDefinition(driver: unknown): DriverDefinition | null {
  return DriverDefinition.is(driver) ? driver : definitionOf(driver);
}
