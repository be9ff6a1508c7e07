import {
  choose,
  clearPageMovable,
  copyPage,
  defineDriver,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  shared,
  spinLock,
  type AddressSpaceDriver,
  type DriverContext,
  type DriverDefinition,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { ListDriver, listDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';

// ---- pages in collections of the driver's own, and on no pageList -------------------------------------------------

/** Objects by number, which a page carries in `private`, and a Set of the pages that the VM has not isolated. */
class SetDriver implements AddressSpaceDriver {
  readonly lock = spinLock('set.lock');
  readonly objects = shared(new Map<number, Page>());
  readonly present = shared(new Set<Page>());
  readonly last = shared({ object: 0 });

  constructor(readonly context: DriverContext) {}

  *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    this.present.delete(page);
    yield* this.lock.release();
    return true;
  }

  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* newPage.get();
    yield* this.lock.acquire();
    yield* copyPage(newPage, oldPage);
    this.objects.set(oldPage.private, newPage);
    this.present.add(newPage);
    yield* this.lock.release();
    this.carryOver(newPage, oldPage);
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  carryOver(newPage: Page, oldPage: Page): void {
    newPage.private = oldPage.private;
    oldPage.private = 0;
  }

  *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.present.add(page);
    yield* this.lock.release();
  }

  *allocate(): Op<number | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    yield* page.lock();
    yield* this.lock.acquire();
    const object = ++this.last.object;
    this.objects.set(object, page);
    this.present.add(page);
    yield* this.lock.release();
    page.private = object;
    yield* setPageMovable(page, this.context.mapping);
    yield* page.unlock();
    return object;
  }

  *write(object: number, value: number): Op<void> {
    yield* this.lock.acquire();
    this.objects.get(object)!.writeWord(0, value);
    yield* this.lock.release();
  }

  *read(object: number): Op<number> {
    yield* this.lock.acquire();
    const value = this.objects.get(object)!.readWord(0);
    yield* this.lock.release();
    return value;
  }

  *free(object: number): Op<void> {
    yield* this.lock.acquire();
    let page = this.objects.get(object)!;
    while (!(yield* page.tryLock())) {
      yield* page.get();
      yield* this.lock.release();
      yield* page.waitUntilUnlocked();
      yield* page.put();
      yield* this.lock.acquire();
      page = this.objects.get(object)!;
    }
    this.objects.delete(object);
    this.forget(page);
    yield* this.lock.release();
    page.private = 0;
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }

  forget(page: Page): void {
    this.present.delete(page);
  }

  workload(): Workload<number> {
    return {
      allocate: () => this.allocate(),
      write: (object, value) => this.write(object, value),
      read: (object) => this.read(object),
      free: (object) => this.free(object),
    };
  }
}

function setDriver(
  name: string,
  Parts: new (context: DriverContext) => AddressSpaceDriver,
): DriverDefinition {
  return defineDriver({ name, contract: 'a_ops', create: (context) => new Parts(context) });
}

export const keepsASet = setDriver('keeps-a-set', SetDriver);

/** Moves a page and leaves behind what the next move finds the object by. */
class CarriesNothingOver extends SetDriver {
  override carryOver(_newPage: Page, oldPage: Page): void {
    oldPage.private = 0;
  }
}

export const carriesNothingOver = setDriver('carries-nothing-over', CarriesNothingOver);

/** Gives a page up without taking it out of the Set; once it is moved, nobody ever does. */
class StaysInTheSet extends SetDriver {
  override *isolatePage(): Op<boolean> {
    yield* this.lock.acquire();
    yield* this.lock.release();
    return true;
  }
}

export const staysInTheSet = setDriver('stays-in-the-set', StaysInTheSet);

/** Frees a page and leaves it among those that are present. */
class FreesAndKeeps extends SetDriver {
  override forget(): void {}
}

export const freesAndKeeps = setDriver('frees-and-keeps', FreesAndKeeps);

/** Keeps its state where no field of the driver leads to it, and a freed page in it. */
export const keepsInAClosure = defineDriver({
  name: 'keeps-in-a-closure',
  contract: 'a_ops',
  create(context) {
    const parts = new SetDriver(context);
    const journal = shared<Page[]>([]);
    return {
      isolatePage: (page: Page) => parts.isolatePage(page),
      *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
        const rc = yield* parts.migratePage(mapping, newPage, oldPage, mode);
        if (rc !== MIGRATEPAGE_SUCCESS) return rc;
        yield* parts.lock.acquire();
        journal.push(oldPage);
        yield* parts.lock.release();
        return rc;
      },
      putbackPage: (page: Page) => parts.putbackPage(page),
      workload: () => parts.workload(),
    };
  },
});

/** Frees the page of an object and keeps the object, which leads to the page. */
class KeepsTheObject extends ListDriver {
  override *free(cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  }
}

export const keepsTheObject = listDriver('keeps-the-object', KeepsTheObject);

// ---- a device that fails ------------------------------------------------------------------------------------------

/** The device fails half-way, and what was done by then is not undone. */
class DoesNotUndo extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode !== MigrateMode.syncNoCopy && (yield* choose('device fails', 2)) === 1) {
      newPage.private = 1;
      return -Errno.EIO;
    }
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

export const doesNotUndo = listDriver('does-not-undo', DoesNotUndo);

// ---- references of somebody else ----------------------------------------------------------------------------------

/** Takes it for certain that nobody but the VM has a reference on the target of a migration. */
class AssertsAnUnsharedTarget extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if ((yield* newPage.readRefCount()) !== 1) throw new Error('BUG: the target is shared');
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

export const assertsAnUnsharedTarget = listDriver('asserts-an-unshared-target', AssertsAnUnsharedTarget);

/** Takes it for certain that nobody else has a reference on a page that was just allocated. */
class AssertsANewPage extends ListDriver {
  override *enlist(page: Page): Op<Cell> {
    if ((yield* page.readRefCount()) !== 1) throw new Error('BUG: a new page is shared');
    return yield* super.enlist(page);
  }
}

export const assertsANewPage = listDriver('asserts-a-new-page', AssertsANewPage);
