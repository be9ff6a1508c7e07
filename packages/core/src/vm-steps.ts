import type { Op } from '@movable-pages/machine';
import type { CompactControl } from './compact/compact-control.js';
import { PageFlag } from './memory/page-flags.js';
import type { Page } from './memory/page.js';
import { MigrateMode } from './migrate/migrate-mode.js';

/**
 * Steps of the VM that a kernel can be built with otherwise: a VM with a historic mistake is the very VM with one step
 * replaced. What is not replaced is {@link rightSteps}.
 *
 * @since 0.1.0
 */
export interface VmSteps {
  /**
   * Whether a page is of a kind that is no driver's, whatever its mapping word says: others keep data of their own in that
   * word. Asked by `isolateMovablePage` before the word is believed, with a reference held. A look, no step of its own.
   *
   * @kernel include/linux/page-flags.h PageSlab
   */
  isOtherKind(page: Page): boolean;
  /**
   * Keeps the page of a migration entry alive from the unlocking of the page table until the waiter is queued. Gives
   * whether it could; a page that is frozen is not waited for. Locks: the page table's.
   */
  holdForWait(page: Page): Op<boolean>;
  /** The waiter is queued: ends {@link VmSteps.holdForWait}. */
  letGoQueued(page: Page): Op<void>;
  /**
   * Whether a scanner that finds too many pages isolated gives up instead of waiting for others to put some back.
   */
  givesUpIsolating(cc: CompactControl): boolean;
}

/** The steps as they should be. @since 0.1.0 */
export const rightSteps: VmSteps = Object.freeze({
  isOtherKind: (page) => (page.peekFlags() & PageFlag.slab) !== 0,
  holdForWait: (page) => page.tryGet(),
  letGoQueued: (page) => page.put(),
  // Among the isolated pages are its own: whoever has some migrates them first.
  givesUpIsolating: (cc) => cc.toMigrate > 0 || cc.mode === MigrateMode.async,
} satisfies VmSteps);
