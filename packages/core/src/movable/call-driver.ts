import { isOp, MayBlock, type Op } from '@movable-pages/machine';
import { Errno, MIGRATEPAGE_SUCCESS } from '../errno.js';
import type { Page } from '../memory/page.js';
import { IsolateMode, MigrateMode } from '../migrate/migrate-mode.js';
import type { MovableMapping } from './movable-mapping.js';

/**
 * Calls the driver's isolate callback with the page locked.
 *
 * @returns Whether it said `true`. Anything else is a refusal.
 */
export function* callIsolatePage(page: Page, mapping: MovableMapping, mode: number): Op<boolean> {
  const { machine, events } = page.kernel;
  const mayBlock = (mode & IsolateMode.asyncMigrate) !== 0 ? MayBlock.no : MayBlock.onLocks;
  machine.enterScope('driver', `${mapping.name}.isolatePage`, mayBlock);
  events.emit('driver_isolate_enter', { page, mapping, mode });
  const result = yield* outcome(mapping.ops.isolatePage(page, mode));
  events.emit('driver_isolate', { page, mapping, mode, result });
  machine.leaveScope();
  return result === true;
}

/**
 * Calls the driver's migrate callback with both pages locked.
 *
 * @returns What it said; a value that no error number can be counts as `-EINVAL`.
 */
export function* callMigratePage(
  newPage: Page,
  oldPage: Page,
  mapping: MovableMapping,
  mode: MigrateMode,
): Op<number> {
  const { machine, events } = oldPage.kernel;
  machine.enterScope('driver', `${mapping.name}.migratePage`, mayBlockIn(mode));
  events.emit('driver_migrate_enter', { newPage, oldPage, mapping, mode });
  const result = yield* outcome(mapping.ops.migratePage(mapping, newPage, oldPage, mode));
  events.emit('driver_migrate', { newPage, oldPage, mapping, mode, result });
  machine.leaveScope();
  return typeof result === 'number' && Number.isInteger(result) && result <= MIGRATEPAGE_SUCCESS
    ? result
    : -Errno.EINVAL;
}

/** Calls the driver's putback callback with the page locked and still marked isolated. */
export function* callPutbackPage(page: Page, mapping: MovableMapping): Op<void> {
  const { machine, events } = page.kernel;
  machine.enterScope('driver', `${mapping.name}.putbackPage`, MayBlock.yes);
  events.emit('driver_putback_enter', { page, mapping });
  const result = yield* outcome(mapping.ops.putbackPage(page));
  events.emit('driver_putback', { page, mapping, result });
  machine.leaveScope();
}

/** Runs what a callback gave; a plain value stands for itself, so that nonsense reaches whoever judges it. */
function* outcome(given: unknown): Op<unknown> {
  return isOp(given) ? yield* given : given;
}

function mayBlockIn(mode: MigrateMode): MayBlock {
  if (mode === MigrateMode.async) return MayBlock.no;
  return mode === MigrateMode.syncLight ? MayBlock.onLocks : MayBlock.yes;
}
