import type { Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';

/** What a driver holds, by its own count. @since 0.1.0 */
export interface Inventory {
  /** Pages that the driver holds a reference on, isolated ones included. */
  readonly pages: number;
  /** Objects that users hold. */
  readonly objects: number;
  /** Pages that the VM has isolated and not settled, if the driver counts them. */
  readonly isolated?: number;
}

/**
 * How a test uses a driver through the driver's own user API. `H` is whatever the API gives to name an object: a number,
 * a tracked object. Every operation runs as a user of the driver would: in process context, holding no lock. Operations
 * beyond these four come with a capability (`CAPABILITY_METHODS`); `unload` and `inspect` are for whoever has them.
 *
 * @since 0.1.0
 */
export interface Workload<H = unknown> {
  /** Makes an object; null if there is no memory. */
  allocate(): Op<H | null>;
  /** Writes a value into an object. Absent if objects hold nothing a user can write. */
  write?(handle: H, value: number): Op<void>;
  /** Reads what was last written. */
  read?(handle: H): Op<number>;
  /** Frees an object. */
  free(handle: H): Op<void>;
  /**
   * Pins an object: its pages must stay where they are until unpinned, as a device that knows their addresses would ask.
   * Pins nest.
   *
   * @returns The pages that must stay. Nothing: all that the driver has for this object must. Null: it could not be pinned
   *   for lack of memory, and is not.
   */
  pin?(handle: H): Op<readonly Page[] | null | void>;
  /** Ends a pin. */
  unpin?(handle: H): Op<void>;
  /** Asks the driver for memory back; gives how many pages it let go of. What objects hold is not lost by it. */
  shrink?(): Op<number>;
  /**
   * Loads the driver: registers what it registers, and takes what it needs from the start. Comes before every other call.
   * Gives whether it could; if not, nothing is left of it.
   */
  load?(): Op<boolean>;
  /**
   * The driver's interrupt handler, if it has one: it comes at any moment, on top of whoever runs, until `unload` returns: a
   * driver that has called `free_irq` by then says so in a flag that its handler looks at. Must not sleep; what it locks
   * must be locked with interrupts off everywhere else.
   */
  interrupt?(): Op<void>;
  /**
   * Unloads the driver: stops, waits for isolated pages, frees everything. No call comes after it. Users have freed all
   * objects, unless the driver declares `unloads-in-use`.
   */
  unload?(): Op<void>;
  /** What the driver holds, as it is. Reads plain state; must not run operations. */
  inspect?(): Inventory;
}
