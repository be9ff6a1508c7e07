import { MachineError, MayBlock, OpKind, type Op } from '@movable-pages/machine';
import { PageWord } from '../memory/frame-table.js';
import type { Page } from '../memory/page.js';
import { allows, handleMmFault } from './handle-fault.js';
import type { Mm } from './mm.js';
import { pageAnon } from './page-mapping.js';
import { isZeroPte, mapsFrame, PteBit, pteNumber } from './pte.js';
import { anonExclusive } from './rmap.js';
import type { Vma } from './vma.js';

/** References of one pin of a small page. @kernel include/linux/mm.h GUP_PIN_COUNTING_BIAS @since 0.1.0 */
export const PIN_BIAS = 1024;

/** How a foreign user takes hold of a page. @since 0.1.0 */
export interface GupOptions {
  /** He means to write: a page that is shared for reading is copied before. */
  readonly write?: boolean;
  /**
   * A pin for direct access to the memory (`FOLL_PIN`), which is told from other references by its weight. Kernels that
   * mark exclusive pages give the process a page of its own before, even if nobody writes: a later write by the process
   * would otherwise go to another page than the pin's.
   */
  readonly pin?: boolean;
}

/**
 * Takes hold of the page that a process has at a place, bringing it in if need be. A read of a page that was never written
 * gives the process a page of its own. May sleep.
 *
 * @kernel mm/gup.c get_user_pages, pin_user_pages
 * @returns The page, or null: no such area, an area that allows no such access, no memory, or a page that was never written
 *   in memory that may only be read (the kernel gives the zero page, which has no frame here).
 * @since 0.1.0
 */
export function* getUserPage(mm: Mm, vpn: number, options: GupOptions = {}): Op<Page | null> {
  const { machine } = mm.kernel;
  machine.enterScope('vm', 'get_user_pages', MayBlock.yes);
  yield* mm.mmapLock.readAcquire();
  const vma = mm.find(vpn);
  const write = options.write ?? false;
  let page: Page | null = null;
  if (vma !== null && allows(vma, write)) page = yield* faultIn(vma, vpn, write, options.pin ?? false);
  yield* mm.mmapLock.readRelease();
  machine.leaveScope();
  return page;
}

function* faultIn(vma: Vma, vpn: number, write: boolean, pin: boolean): Op<Page | null> {
  const wanted = PteBit.present | (write ? PteBit.write : 0);
  const { profile } = vma.mm.kernel;
  for (let needsPage = write; ;) {
    let unshare = false;
    const table = yield* vma.mm.makeTable(vpn);
    yield* table.lock.acquire();
    const pte = table.peek(vpn);
    if (mapsFrame(pte) && (pte & wanted) === wanted) {
      const page = vma.mm.kernel.page(pteNumber(pte));
      unshare = pin && !write && profile.tracksAnonExclusive && pageAnon(page) && !anonExclusive(page);
      if (!unshare) {
        // Under the page-table lock: the entry's own reference keeps the page.
        if (pin) {
          yield* addPin(page, 1);
          page.kernel.pins.add(page.pfn);
        } else yield* page.get();
        yield* table.lock.release();
        return page;
      }
    }
    yield* table.lock.release();
    if (isZeroPte(pte)) {
      // The zero page has no frame to take hold of.
      if (!allows(vma, true)) return null;
      needsPage = true;
    }
    if ((yield* handleMmFault(vma, vpn, needsPage, unshare)) !== 0) return null;
  }
}

/**
 * Lets go of a pin. Never sleeps.
 *
 * @kernel mm/gup.c unpin_user_page
 * @throws MachineError `MP_COUNTER_UNDERFLOW`: the page has no pin.
 * @since 0.1.0
 */
export function* unpinUserPage(page: Page): Op<void> {
  const { machine, pins } = page.kernel;
  const left = (yield* addPin(page, -1)) - PIN_BIAS;
  if (!pins.drop(page.pfn) || left < 0) {
    machine.misuse(
      new MachineError(
        'MP_COUNTER_UNDERFLOW',
        `${page} has no pin that could be let go of; call unpinUserPage once for each pin that getUserPage gave`,
        {
          subject: String(page),
          here: machine.site(),
          expected: 'a pin',
          received: `${left + PIN_BIAS} references of other kinds`,
        },
      ),
    );
  }
  if (left === 0) yield* page.free();
}

/**
 * Whether a page may be pinned: by weight, so a page with very many references looks pinned too.
 *
 * @kernel include/linux/mm.h page_maybe_dma_pinned
 */
export function* pagePinned(page: Page): Op<boolean> {
  return (yield* page.readRefCount()) >= PIN_BIAS;
}

function* addPin(page: Page, sign: 1 | -1): Op<number> {
  const { machine, frames } = page.kernel;
  const at = frames.location(page.pfn, PageWord.refCount);
  const old = yield* machine.makeOp(OpKind.fetchAdd, at, sign * PIN_BIAS, 0) as Op<number>;
  machine.noteReference(at, sign * PIN_BIAS);
  return old;
}
