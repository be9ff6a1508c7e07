import type { Op } from '@movable-pages/machine';
import { Errno } from '../errno.js';
import { PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { callIsolatePage } from './call-driver.js';
import { lockedMapping, pageMovable, pageMovableHint } from './page-movable.js';

/**
 * Isolates a driver page: asks its driver, marks it and keeps one reference. The caller then links `page.lru` into a list
 * of its own. Never sleeps, whatever the mode, unless the driver does.
 *
 * The order of the steps is the contract: a page that is not movable must not be locked by a stranger, because its owner
 * may rely on a try-lock to succeed.
 *
 * @param mode Bits of {@link IsolateMode}.
 * @kernel mm/migrate.c isolate_movable_page
 * @returns 0, or `-EBUSY` without any lasting effect.
 * @since 0.1.0
 */
export function* isolateMovablePage(page: Page, mode: number): Op<number> {
  // 1. A page that is being freed stays alone.
  if (!(yield* page.tryGet())) return -Errno.EBUSY;
  // A page of another kind may have anything in its mapping word.
  if (page.kernel.steps.isOtherKind(page)) return yield* busy(page);
  // 2. Before any lock: speculative lockers keep their hands off pages that are not movable.
  if (!(yield* pageMovableHint(page))) return yield* busy(page);
  // 3. Never sleeps.
  if (!(yield* page.tryLock())) return yield* busy(page);
  // 4. Under the lock it is certain. PG_isolated changes only under it, so looking is no step of its own.
  if (!(yield* pageMovable(page)) || (page.peekFlags() & PageFlag.isolated) !== 0) {
    yield* page.unlock();
    return yield* busy(page);
  }
  // 5. The driver decides.
  const mapping = lockedMapping(page);
  if (!(yield* callIsolatePage(page, mapping, mode))) {
    yield* page.unlock();
    return yield* busy(page);
  }
  // 6. The mark. A driver that set it itself has used a bit that is not its own.
  const flags = yield* page.setFlags(PageFlag.isolated);
  if ((flags & PageFlag.isolated) !== 0)
    page.kernel.warn(page, `${mapping.name}.isolatePage set PG_isolated itself`);
  // 7. The reference of step 1 stays: it is the isolation's.
  yield* page.unlock();
  return 0;
}

function* busy(page: Page): Op<number> {
  yield* page.put();
  return -Errno.EBUSY;
}
