import {
  clearPageMovable,
  copyPage,
  defineDriver,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  shared,
  spinLock,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { ListDriver, listDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';
import { DrainingDriver, PinningDriver, SlotDriver, type MortalCell } from './shapes.fixture.ts';

/** What every migratePage of the list driver ends with. */
function* handOver(mapping: MovableMapping, newPage: Page, oldPage: Page): Op<number> {
  yield* newPage.get();
  yield* setPageMovable(newPage, mapping);
  yield* clearPageMovable(oldPage);
  yield* oldPage.put();
  return MIGRATEPAGE_SUCCESS;
}

/** The window: copies, lets the lock go, and only then redirects the object; a write in between is lost (z3fold, 2022). */
class RedirectsLate extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    yield* this.lock.release();
    yield* this.lock.acquire();
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* this.lock.release();
    return yield* handOver(mapping, newPage, oldPage);
  }
}

export const redirectsLate = listDriver('redirects-late', RedirectsLate);

/** Asks for pins, lets the lock go, and moves the page: a pin may come in between (buffer heads, 2019). */
class ChecksPinsTooEarly extends PinningDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    const pinned = this.isPinned(oldPage);
    yield* this.lock.release();
    if (pinned) return -Errno.EAGAIN;
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* this.lock.release();
    return yield* handOver(mapping, newPage, oldPage);
  }
}

export const checksPinsTooEarly = listDriver('checks-pins-too-early', ChecksPinsTooEarly, [
  'refuses-isolation',
]);

/** Forgets pins in migratePage: isolatePage refused pinned pages, but a pin may come afterwards (z3fold). */
class ForgetsPinsInMigrate extends PinningDriver {
  override isPinned(page: Page): boolean {
    return this.list.has(page) && super.isPinned(page);
  }
}

export const forgetsPinsInMigrate = listDriver('forgets-pins-in-migrate', ForgetsPinsInMigrate, [
  'refuses-isolation',
]);

/** Copies before it has the lock that keeps writers away. */
class CopiesUnlocked extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* copyPage(newPage, oldPage);
    yield* this.lock.acquire();
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* this.lock.release();
    return yield* handOver(mapping, newPage, oldPage);
  }
}

export const copiesUnlocked = listDriver('copies-unlocked', CopiesUnlocked);

/** One counter under two locks (zsmalloc, 2023). */
class CountsUnderTwoLocks extends ListDriver {
  readonly countLock = spinLock('list.count');

  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    this.list.remove(page);
    yield* this.lock.release();
    yield* this.countLock.acquire();
    this.state.isolated++;
    yield* this.countLock.release();
    return true;
  }
}

export const countsUnderTwoLocks = listDriver('counts-under-two-locks', CountsUnderTwoLocks);

/** Waits for the page lock without a reference of its own (numa, 2017). */
class WaitsWithoutAReference extends ListDriver {
  override *lockPageOf(cell: Cell): Op<Page> {
    for (;;) {
      yield* this.lock.acquire();
      const { page } = cell;
      yield* this.lock.release();
      yield* page.lock();
      yield* this.lock.acquire();
      const same = cell.page === page;
      yield* this.lock.release();
      if (same) return page;
      yield* page.unlock();
    }
  }
}

export const waitsWithoutAReference = listDriver('waits-without-a-reference', WaitsWithoutAReference);

/** Does not look again once it has the page lock: the page may have been replaced meanwhile. */
class DoesNotLookAgain extends ListDriver {
  override *lockPageOf(cell: Cell): Op<Page> {
    yield* this.lock.acquire();
    const { page } = cell;
    yield* page.get();
    yield* this.lock.release();
    yield* page.lock();
    yield* page.put();
    return page;
  }
}

export const doesNotLookAgain = listDriver('does-not-look-again', DoesNotLookAgain);

/** The speculative look-up takes its reference with get, which is for those who hold one (hugetlb, 2021). */
class GetsWithoutHolding extends SlotDriver {
  override *lockPageOf(index: number): Op<Page> {
    for (;;) {
      const held = yield* this.slots[index]!.load();
      const page = this.context.kernel.page(held - 1);
      yield* page.get();
      yield* page.lock();
      if ((yield* this.slots[index]!.load()) === held) return page;
      yield* page.unlock();
      yield* page.put();
    }
  }
}

export const getsWithoutHolding = defineDriver({
  name: 'gets-without-holding',
  contract: 'a_ops',
  create: (context) => new GetsWithoutHolding(context),
});

/** Leaves the private word in the page that it lets go of (reset_page forgotten). */
class LeavesPrivate extends SlotDriver {
  override *letGo(index: number, page: Page): Op<void> {
    yield* this.slots[index]!.store(0);
    yield* clearPageMovable(page);
    yield* page.put();
  }
}

export const leavesPrivate = defineDriver({
  name: 'leaves-private',
  contract: 'a_ops',
  create: (context) => new LeavesPrivate(context),
});

/** Remembers the target of an attempt that failed; the next one comes with another (RULE-25). */
class RemembersTheTarget extends ListDriver {
  readonly memory = shared({ target: null as Page | null, tries: 0 });

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    if (!(yield* this.lock.tryAcquire())) {
      this.memory.target = newPage;
      return -Errno.EAGAIN;
    }
    yield* this.lock.release();
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

export const remembersTheTarget = listDriver('remembers-the-target', RemembersTheTarget);

/** A failed attempt counts the page as back, which putback will do once more. */
class CountsDownOnFailure extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode !== MigrateMode.syncNoCopy) return yield* super.migratePage(mapping, newPage, oldPage, mode);
    yield* this.lock.acquire();
    this.state.isolated--;
    yield* this.lock.release();
    return -Errno.EINVAL;
  }
}

export const countsDownOnFailure = listDriver('counts-down-on-failure', CountsDownOnFailure);

/** Migrates a group and forgets what was freed meanwhile: only putback sees to it (zsmalloc, 2019). */
class MigrateForgetsTheDead extends DrainingDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.cellOf(oldPage)!.page = newPage;
    this.list.add(newPage);
    this.state.isolated--;
    yield* this.lock.release();
    const result = yield* handOver(mapping, newPage, oldPage);
    yield* this.returned.wakeUpAll();
    return result;
  }
}

export const migrateForgetsTheDead = listDriver('migrate-forgets-the-dead', MigrateForgetsTheDead, [
  'refuses-isolation',
]);

/** Destroys the work queue and does not wait for isolated pages, whose return queues work (z3fold, 2019). */
class DoesNotDrain extends DrainingDriver {
  override *drain(): Op<void> {}
}

export const doesNotDrain = listDriver('does-not-drain', DoesNotDrain, ['refuses-isolation']);

/** Waits for the opposite of what it should (z3fold, 2019). */
class DrainsBackwards extends DrainingDriver {
  override *isDrained(): Op<boolean> {
    return !(yield* super.isDrained());
  }
}

export const drainsBackwards = listDriver('drains-backwards', DrainsBackwards, ['refuses-isolation']);

/** Looks, and joins the queue afterwards: the wake-up may come in between (zsmalloc barriers). */
class LosesTheWakeUp extends DrainingDriver {
  override *drain(): Op<void> {
    while (!(yield* this.isDrained())) {
      yield* this.returned.prepareToWait();
      yield* this.returned.sleep();
    }
  }
}

export const losesTheWakeUp = listDriver('loses-the-wake-up', LosesTheWakeUp, ['refuses-isolation']);

/** Refuses while it is being unloaded, and keeps its lock on that path (z3fold, 2019). */
class RefusesWithTheLock extends DrainingDriver {
  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    if (this.phase.stopping) return false;
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }
}

export const refusesWithTheLock = listDriver('refuses-with-the-lock', RefusesWithTheLock, [
  'refuses-isolation',
]);

/** Lets the count fall before it queues the work: a drain that sees the count misses the work (RULE-44). */
class QueuesTooLate extends DrainingDriver {
  override *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    const { dead } = this.cellOf(page) as MortalCell;
    this.state.isolated--;
    yield* this.lock.release();
    yield* this.returned.wakeUpAll();
    if (dead) yield* this.queue.queueWork(this.work);
  }

  /** Never has the memory to move anything, so that every page comes back by putback. */
  override *migratePage(
    _mapping: MovableMapping,
    _newPage: Page,
    _oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    return mode === MigrateMode.syncNoCopy ? -Errno.EINVAL : -Errno.ENOMEM;
  }
}

export const queuesTooLate = listDriver('queues-too-late', QueuesTooLate, ['refuses-isolation']);

/** Marks a page movable before anything of it is set up (z3fold, 2019). */
class MarksTooEarly extends ListDriver {
  override *allocate(): Op<Cell | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    yield* page.lock();
    yield* setPageMovable(page, this.context.mapping);
    yield* page.unlock();
    return yield* this.enlist(page);
  }
}

export const marksTooEarly = listDriver('marks-too-early', MarksTooEarly);

/** Drops the page lock before the page is let go of: the VM may isolate it in between. */
class ClearsAfterUnlock extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* page.unlock();
    yield* page.lock();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const clearsAfterUnlock = listDriver('clears-after-unlock', ClearsAfterUnlock);
