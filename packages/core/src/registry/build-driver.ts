import { MachineError, type Machine, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import type { MovableMapping, MovableOps } from '../movable/movable-mapping.js';
import {
  CAPABILITY_METHODS,
  type AddressSpaceDriver,
  type Capability,
  type MovableOperationsDriver,
  type MovablePageDriver,
} from './contract.js';
import { CORE, type DriverDefinition } from './definition.js';
import { DriverError } from './errors.js';
import type { DriverOptions } from './tokens.js';
import type { Workload } from './workload.js';

/** A driver built on a kernel. @since 0.1.0 */
export interface BuiltDriver {
  readonly definition: DriverDefinition;
  /** What it can do with the options that it was built with. */
  readonly capabilities: ReadonlySet<Capability>;
  readonly driver: MovablePageDriver;
  readonly mapping: MovableMapping;
  readonly workload: Workload;
}

const CALLBACKS = ['isolatePage', 'migratePage', 'putbackPage'] as const;

/**
 * Builds a driver on a kernel that is not sealed yet: creates it with its services, checks that it has every callback
 * and keeps its state where it can be restored, freezes it, and connects its callbacks to its mapping.
 *
 * @throws DriverError `MP_ASYNC_CREATE`, `MP_CREATE_FAILED`, `MP_MISSING_CALLBACK`, `MP_MISSING_WORKLOAD`,
 *   `MP_EMPTY_CAPABILITY`, `MP_UNKNOWN_OPTION`, `MP_BAD_OPTION`, `MP_TWO_CORES`.
 * @throws MachineError `MP_LATE_LOCK` (the kernel has run), `MP_UNTRACKED_FIELD` and the other mistakes of tracked state.
 * @since 0.1.0
 */
export function buildDriver(
  kernel: Kernel,
  definition: DriverDefinition,
  options: DriverOptions = {},
): BuiltDriver {
  const { machine } = kernel;
  machine.refuseIfSealed(`driver ${definition.name}`);
  if (definition.core !== CORE) {
    throw new DriverError(
      'MP_TWO_CORES',
      `driver ${definition.name} comes with a copy of @movable-pages/core of its own; make core a peerDependency of the driver, ` +
        'so that both use one copy',
    );
  }
  return machine.construct(() => {
    const mapping = kernel.createMapping(definition.name);
    const merged = definition.optionsWith(options);
    const capabilities = definition.capabilitiesWith(merged);
    const instance = create(kernel, definition, mapping, merged);
    const driver = checkCallbacks(definition, instance);
    wrapGenerators(machine, definition, driver);
    machine.adopt(driver, definition.name);
    const workload = makeWorkload(machine, definition, driver);
    mapping.connect(adapt(definition, driver));
    refuseEmptyCapabilities(definition, capabilities, workload);
    if (workload.load !== undefined) mapping.leaveUnregistered();
    return { definition, capabilities, driver, mapping, workload };
  });
}

function create(
  kernel: Kernel,
  definition: DriverDefinition,
  mapping: MovableMapping,
  options: DriverOptions,
): unknown {
  const { allocator, vmstat, events } = kernel;
  try {
    return definition.create(Object.freeze({ kernel, allocator, vmstat, events, mapping, options }));
  } catch (error) {
    throw coded(error, `driver ${definition.name} could not be built`);
  }
}

/** What building threw, with a code. */
function coded(error: unknown, what: string): Error {
  if (error instanceof MachineError || error instanceof DriverError) return error;
  const cause = (error as { cause?: unknown } | null | undefined)?.cause;
  if (cause instanceof MachineError) return cause;
  return new DriverError('MP_CREATE_FAILED', `${what}: ${messageOf(error)}`, { cause: error });
}

const ignore = (): void => {};

function checkCallbacks(definition: DriverDefinition, instance: unknown): MovablePageDriver {
  if (typeof (instance as { then?: unknown } | null)?.then === 'function') {
    // Whether it fails later does not matter any more.
    (instance as PromiseLike<unknown>).then(ignore, ignore);
    throw new DriverError(
      'MP_ASYNC_CREATE',
      `driver ${definition.name} is created by a promise; build it synchronously`,
    );
  }
  if (typeof instance !== 'object' || instance === null) {
    throw new DriverError(
      'MP_CREATE_FAILED',
      `create of driver ${definition.name} gave ${String(instance)}; return the driver object`,
    );
  }
  for (const callback of CALLBACKS) {
    if (typeof (instance as Record<string, unknown>)[callback] !== 'function') {
      throw new DriverError(
        'MP_MISSING_CALLBACK',
        `driver ${definition.name} has no ${callback}; contract ${definition.contract} needs ${CALLBACKS.join(', ')}`,
      );
    }
  }
  if (!Object.isExtensible(instance)) {
    throw new DriverError(
      'MP_CREATE_FAILED',
      `driver ${definition.name} is frozen already; the registry freezes it`,
    );
  }
  if (typeof (instance as { workload?: unknown }).workload !== 'function') {
    throw new DriverError(
      'MP_MISSING_WORKLOAD',
      `driver ${definition.name} has no workload(); it tells a test how to allocate, write, read and free through your API`,
    );
  }
  return instance as MovablePageDriver;
}

/**
 * Replaces every generator method by one that notices when its result is not run. A call without `yield*` would
 * otherwise do nothing, silently.
 */
function wrapGenerators(machine: Machine, definition: DriverDefinition, driver: object): void {
  const seen = new Set<string>();
  for (
    let level: object | null = driver;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    for (const [key, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(level))) {
      const method: unknown = descriptor.value;
      const hidden = seen.has(key);
      seen.add(key);
      if (hidden || typeof method !== 'function' || !isGeneratorFunction(method)) continue;
      const what = `${definition.name}.${key}()`;
      Object.defineProperty(driver, key, {
        value: (...args: unknown[]) =>
          machine.watchOp(what, Reflect.apply(method, driver, args) as Op<unknown>),
      });
    }
  }
}

const GENERATOR_FUNCTION = Object.getPrototypeOf(function* () {}) as object;

function isGeneratorFunction(method: object): boolean {
  return Object.getPrototypeOf(method) === GENERATOR_FUNCTION;
}

function adapt(definition: DriverDefinition, driver: MovablePageDriver): MovableOps {
  const shared = {
    isolatePage: driver.isolatePage.bind(driver),
    putbackPage: driver.putbackPage.bind(driver),
  };
  if (definition.contract === 'a_ops') {
    const aops = driver as AddressSpaceDriver;
    return { ...shared, migratePage: aops.migratePage.bind(aops) };
  }
  const ops = driver as MovableOperationsDriver;
  return {
    ...shared,
    migratePage: (_mapping, newPage, oldPage, mode) => ops.migratePage(newPage, oldPage, mode),
  };
}

function makeWorkload(machine: Machine, definition: DriverDefinition, driver: MovablePageDriver): Workload {
  const workload = askWorkload(definition, driver);
  for (const need of ['allocate', 'free'] as const) {
    if (typeof (workload as Record<string, unknown> | null)?.[need] !== 'function') {
      throw new DriverError(
        'MP_MISSING_WORKLOAD',
        `the workload of driver ${definition.name} has no ${need}()`,
      );
    }
  }
  const copy = { ...(workload as object) };
  wrapGenerators(machine, definition, copy);
  return copy as Workload;
}

/** A capability that the workload gives no means to use would never be put to the test. */
function refuseEmptyCapabilities(
  definition: DriverDefinition,
  capabilities: ReadonlySet<Capability>,
  workload: Workload,
): void {
  for (const capability of capabilities) {
    const missing = CAPABILITY_METHODS[capability].filter((name) => typeof workload[name] !== 'function');
    if (missing.length === 0) continue;
    throw new DriverError(
      'MP_EMPTY_CAPABILITY',
      `driver ${definition.name} claims capability ${capability}, but its workload has no ${missing.map((name) => `${name}()`).join(' and no ')}; ` +
        'add it, or do not claim the capability',
    );
  }
}

function askWorkload(definition: DriverDefinition, driver: MovablePageDriver): unknown {
  try {
    return driver.workload();
  } catch (error) {
    throw coded(error, `workload() of driver ${definition.name} threw`);
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
