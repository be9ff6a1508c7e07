import { MachineError, OpKind, type Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import type { MovableMapping } from './movable-mapping.js';

function loadMapping(page: Page): Op<number> {
  return page.kernel.machine.makeOp(
    OpKind.load,
    page.kernel.frames.location(page.pfn, PageWord.mapping),
    0,
    0,
  );
}

/** The store has a name, which tells it from one that is made by hand. */
function storeMapping(page: Page, value: number): Op<void> {
  const { machine, frames } = page.kernel;
  const op = machine.makeOp(OpKind.store, frames.location(page.pfn, PageWord.mapping), value, 0);
  machine.current!.label = 'mapping';
  return op;
}

function requireLock(page: Page, what: string): void {
  if (page.lockedByMe()) return;
  const { machine } = page.kernel;
  machine.misuse(
    new MachineError(
      'MP_PAGE_NOT_LOCKED',
      `${what} of ${page} without its page lock; lock the page around it`,
      {
        subject: what,
        here: machine.site(),
        location: page.kernel.frames.location(page.pfn, PageWord.mapping),
        expected: `${page} locked by the caller`,
        received: 'not locked by the caller',
      },
    ),
  );
}

/**
 * Makes a page movable: from here on the VM may isolate it. The page must be fully set up. Usable on a page that is
 * movable already. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel mm/compaction.c __SetPageMovable
 * @throws MachineError `MP_PAGE_NOT_LOCKED`, `MP_USE_AFTER_FREE`, `MP_NO_MOVABLE_OPS`.
 * @since 0.1.0
 */
export function setPageMovable(page: Page, mapping: MovableMapping): Op<void> {
  return page.kernel.machine.watchOp('setPageMovable()', setPageMovableSteps(page, mapping));
}

function* setPageMovableSteps(page: Page, mapping: MovableMapping): Op<void> {
  page.assertLive('it is marked movable');
  requireLock(page, 'setPageMovable');
  requireOperations(page, mapping, 'is marked movable');
  yield* storeMapping(page, (mapping.id << 2) | MappingTag.movable);
  const { events } = page.kernel;
  if (events.listenerCount('set_page_movable') > 0) events.emit('set_page_movable', { page, mapping });
}

/**
 * Lets go of a movable page: the VM will not call the driver for it any more. The tag stays, so that a VM which has the
 * page isolated still knows what it is. Not idempotent. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel mm/compaction.c __ClearPageMovable
 * @throws MachineError `MP_PAGE_NOT_LOCKED`, `MP_NOT_MOVABLE`, `MP_USE_AFTER_FREE`.
 * @since 0.1.0
 */
export function clearPageMovable(page: Page): Op<void> {
  return page.kernel.machine.watchOp('clearPageMovable()', clearPageMovableSteps(page));
}

function* clearPageMovableSteps(page: Page): Op<void> {
  page.assertLive('it is marked not movable');
  requireLock(page, 'clearPageMovable');
  const { machine, frames, events } = page.kernel;
  if (frames.peek(page.pfn, PageWord.mapping) >> 2 === 0) {
    machine.misuse(
      new MachineError('MP_NOT_MOVABLE', `clearPageMovable of ${page}, which is not movable; clear it once`, {
        subject: 'clearPageMovable',
        here: machine.site(),
        location: frames.location(page.pfn, PageWord.mapping),
        expected: 'a movable page',
        received: 'a page without a driver',
      }),
    );
  }
  yield* storeMapping(page, MappingTag.movable);
  if (events.listenerCount('clear_page_movable') > 0) events.emit('clear_page_movable', { page });
}

/**
 * Takes the movable mark off a page that its driver keeps, tag and all: to the VM it is an ordinary page that cannot be
 * moved. Only for a page that is not isolated, because the tag tells the VM what it has isolated. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel include/linux/mm_types.h struct page
 * @throws MachineError `MP_PAGE_NOT_LOCKED`, `MP_USE_AFTER_FREE`.
 * @since 0.1.0
 */
export function resetPageMapping(page: Page): Op<void> {
  return page.kernel.machine.watchOp('resetPageMapping()', resetPageMappingSteps(page));
}

function* resetPageMappingSteps(page: Page): Op<void> {
  page.assertLive('its mapping is reset');
  requireLock(page, 'resetPageMapping');
  if ((page.peekFlags() & PageFlag.isolated) !== 0)
    page.kernel.warn(page, 'the mapping of an isolated page is reset');
  yield* storeMapping(page, MappingTag.none);
}

/**
 * Whether a page is movable and its driver still has it. Never sleeps.
 *
 * Locks: the page lock.
 *
 * @kernel mm/compaction.c PageMovable
 * @throws MachineError `MP_PAGE_NOT_LOCKED`.
 * @since 0.1.0
 */
export function* pageMovable(page: Page): Op<boolean> {
  requireLock(page, 'pageMovable');
  const word = yield* loadMapping(page);
  return (word & MappingTag.mask) === MappingTag.movable && word >> 2 !== 0;
}

/**
 * Whether a page carries the movable mark, asked without a lock: may be wrong either way by the time it is used. True
 * also after {@link clearPageMovable}, until the page is freed. Never sleeps.
 *
 * @kernel include/linux/page-flags.h __PageMovable
 * @since 0.1.0
 */
export function* pageMovableHint(page: Page): Op<boolean> {
  return ((yield* loadMapping(page)) & MappingTag.mask) === MappingTag.movable;
}

/**
 * The mapping of a page that {@link pageMovable} was just asked about: under the page lock it cannot change, so looking
 * again is no step of its own.
 *
 * Locks: the page lock.
 */
export function lockedMapping(page: Page): MovableMapping {
  const mapping = page.kernel.mappingOf(page.kernel.frames.peek(page.pfn, PageWord.mapping) >> 2);
  requireOperations(page, mapping, 'is taken for a movable page');
  return mapping!;
}

function requireOperations(page: Page, mapping: MovableMapping | null, what: string): void {
  if (mapping?.registered === true) return;
  const { machine, frames } = page.kernel;
  machine.misuse(
    new MachineError(
      'MP_NO_MOVABLE_OPS',
      mapping === null
        ? `${page} ${what}, and its mapping word names no driver; look what kind of page it is before you believe the word`
        : `${page} ${what}, and the operations of ${mapping.name} are not registered; register them before the first page is movable, and unregister them after the last`,
      {
        subject: `operations of ${mapping?.name ?? 'nobody'}`,
        here: machine.site(),
        location: frames.location(page.pfn, PageWord.mapping),
        expected: 'registered operations for every movable page',
        received: 'none',
      },
    ),
  );
}

/**
 * The mapping of a driver page, or null if its driver has let go or it is no driver page. In `linux-6.1` the kernel's
 * `page_mapping` gives null for every movable page and drivers ask `page_movable_ops`; here one function serves both.
 * Never sleeps.
 *
 * @kernel mm/util.c page_mapping, include/linux/migrate.h page_movable_ops
 * @since 0.1.0
 */
export function* pageMapping(page: Page): Op<MovableMapping | null> {
  const word = yield* loadMapping(page);
  if ((word & MappingTag.mask) !== MappingTag.movable) return null;
  return page.kernel.mappingOf(word >> 2);
}
