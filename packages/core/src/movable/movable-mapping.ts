import { HANDLE, OpKind, type Machine, type Op } from '@movable-pages/machine';
import type { Page } from '../memory/page.js';
import type { MigrateMode } from '../migrate/migrate-mode.js';

/**
 * The operations that a movable page's mapping leads to: what the VM calls, whatever contract the driver is written to.
 *
 * @kernel include/linux/migrate.h struct movable_operations
 * @since 0.1.0
 */
export interface MovableOps {
  /** Asks the driver for a page. Called with the page locked. */
  isolatePage(page: Page, mode: number): Op<unknown>;
  /** Has the driver move a page. Called with both pages locked. */
  migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<unknown>;
  /** Gives a page back to the driver. Called with the page locked. */
  putbackPage(page: Page): Op<unknown>;
}

/**
 * What the mapping word of a driver's pages names: the driver's `address_space` in `linux-5.10`, its
 * `movable_operations` in `linux-6.1`.
 *
 * @since 0.1.0
 */
export class MovableMapping {
  declare readonly [HANDLE]: true;
  #ops: MovableOps | null = null;

  constructor(
    /** Its number; the mapping word is this shifted left by two, with the tag. */
    readonly id: number,
    /** The driver's name. */
    readonly name: string,
    private readonly machine: Machine,
    /** The word that says whether the operations are registered. */
    private readonly location: number,
  ) {
    machine.words[location] = 1;
  }

  /** The driver's operations. */
  get ops(): MovableOps {
    if (this.#ops === null) throw new Error(`${this.name} has no operations yet`);
    return this.#ops;
  }

  /** Whether the VM finds the operations, as it is. For reports and for the VM's own step; not tracked. */
  get registered(): boolean {
    return this.machine.words[this.location] !== 0;
  }

  /**
   * Lets the VM find the operations: from here on pages may be marked movable. Only for a driver whose workload has a
   * `load`; for all others it was done when they were built. Never sleeps.
   *
   * @kernel mm/migrate.c set_movable_ops
   */
  register(): Op<void> {
    return this.machine.makeOp(OpKind.store, this.location, 1, 0);
  }

  /**
   * Takes the operations back: no page may be marked movable any more. Never sleeps.
   *
   * @kernel mm/migrate.c set_movable_ops
   */
  unregister(): Op<void> {
    return this.machine.makeOp(OpKind.store, this.location, 0, 0);
  }

  /** @internal The registry connects mapping and driver, while the machine is built. */
  connect(ops: MovableOps): void {
    this.#ops = ops;
  }

  /** @internal The driver registers them itself, when it is loaded. */
  leaveUnregistered(): void {
    this.machine.words[this.location] = 0;
  }
}

Object.defineProperty(MovableMapping.prototype, HANDLE, { value: true });
