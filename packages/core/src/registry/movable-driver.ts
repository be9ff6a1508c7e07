import 'reflect-metadata';
import { container, injectable } from 'tsyringe';
import { DriverDefinition, type DriverContext, type DriverInfo } from './definition.js';
import type { MovablePageDriver } from './contract.js';
import { DriverOptions, KernelService, MovableMapping, PageAllocator, VmEvents, VmStat } from './tokens.js';

const METADATA = Symbol.for('movable-pages.driver-info');

/** A class that can be injected. */
export type DriverClass = new (...args: never[]) => MovablePageDriver;

/**
 * Makes a class a driver. Its constructor asks for services by token: `@inject(PageAllocator) allocator: PageAllocator`.
 *
 * @throws DriverError `MP_BAD_NAME`, `MP_UNKNOWN_CONTRACT`, `MP_UNKNOWN_CAPABILITY`.
 * @since 0.1.0
 */
export function movableDriver<O extends DriverOptions = DriverOptions>(
  info: DriverInfo<O>,
): (target: DriverClass) => void {
  return (target) => {
    injectable()(target as never);
    const definition = new DriverDefinition(info as unknown as DriverInfo, (context) =>
      resolve(target, context),
    );
    Reflect.defineMetadata(METADATA, definition, target);
  };
}

/** The definition that {@link movableDriver} attached to a class, or null. @since 0.1.0 */
export function definitionOf(target: unknown): DriverDefinition | null {
  if (typeof target !== 'function') return null;
  return (Reflect.getOwnMetadata(METADATA, target) as DriverDefinition | undefined) ?? null;
}

/** Builds the class in a container of its own: one for each machine. */
function resolve(target: DriverClass, context: DriverContext): unknown {
  const child = container.createChildContainer();
  child.registerInstance(KernelService, context.kernel);
  child.registerInstance(PageAllocator, context.allocator);
  child.registerInstance(MovableMapping, context.mapping);
  child.registerInstance(VmStat, context.vmstat);
  child.registerInstance(VmEvents, context.events);
  child.registerInstance(DriverOptions, context.options);
  return child.resolve(target as unknown as new () => unknown);
}
