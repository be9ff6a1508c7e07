import type { InjectionToken } from 'tsyringe';
import type { VmEvents as Events } from '../events/events.js';
import type { VmStat as Stat } from '../events/vmstat.js';
import type { Kernel } from '../kernel.js';
import type { PageAllocator as Allocator } from '../memory/page-allocator.js';
import type { MovableMapping as Mapping } from '../movable/movable-mapping.js';

/**
 * What a driver's constructor may ask for. Each token is a symbol of the global registry, so `@inject(PageAllocator)`
 * works under every transpiler and with two copies of this package.
 */

/** The page allocator. @since 0.1.0 */
export type PageAllocator = Allocator;
/** Token of the page allocator: `@inject(PageAllocator) allocator: PageAllocator`. @since 0.1.0 */
export const PageAllocator: InjectionToken<Allocator> = Symbol.for('movable-pages.PageAllocator');

/** What the driver's pages are marked with. @since 0.1.0 */
export type MovableMapping = Mapping;
/** Token of the driver's own mapping, to be given to `setPageMovable`. @since 0.1.0 */
export const MovableMapping: InjectionToken<Mapping> = Symbol.for('movable-pages.MovableMapping');

/** The kernel that the driver is built on. @since 0.1.0 */
export type KernelService = Kernel;
/** Token of the kernel: for page lists and for whatever has no token of its own. @since 0.1.0 */
export const KernelService: InjectionToken<Kernel> = Symbol.for('movable-pages.Kernel');

/** The counters of `/proc/vmstat`. @since 0.1.0 */
export type VmStat = Stat;
/** Token of the counters. @since 0.1.0 */
export const VmStat: InjectionToken<Stat> = Symbol.for('movable-pages.VmStat');

/** The events of the VM. @since 0.1.0 */
export type VmEvents = Events;
/** Token of the events. @since 0.1.0 */
export const VmEvents: InjectionToken<Events> = Symbol.for('movable-pages.VmEvents');

/** The options that a driver was built with. @since 0.1.0 */
export type DriverOptions = Readonly<Record<string, string | number | boolean>>;
/** Token of the driver's options: its defaults with what the caller changed. @since 0.1.0 */
export const DriverOptions: InjectionToken<DriverOptions> = Symbol.for('movable-pages.DriverOptions');
