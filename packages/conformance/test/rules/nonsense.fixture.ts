import {
  clearPageMovable,
  defineDriver,
  Errno,
  freeShared,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  relax,
  shared,
  type DriverContext,
  type DriverDefinition,
  type MovableMapping,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';
import { ListDriver, listDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';

type Parts = new (context: DriverContext) => ListDriver;

/** A driver whose parts no compiler would let pass: JavaScript authors have none. */
function loose(name: string, parts: Record<string, unknown>, Base: Parts = ListDriver): DriverDefinition {
  class Loose extends Base {}
  for (const [key, value] of Object.entries(parts)) {
    Object.defineProperty(Loose.prototype, key, { value, writable: true, configurable: true });
  }
  return listDriver(name, Loose);
}

// ---- what callbacks give ------------------------------------------------------------------------------------------

export const throwsInIsolate = loose('throws-in-isolate', {
  *isolatePage(this: ListDriver): Op<boolean> {
    yield* this.lock.acquire();
    throw new RangeError('no such page');
  },
});

export const throwsNothing = loose('throws-nothing', {
  *isolatePage(): Op<boolean> {
    throw undefined;
  },
});

/** Gives `value` from migratePage after having done nothing. */
export function migrateGives(name: string, value: unknown): DriverDefinition {
  return loose(name, {
    *migratePage(): Op<unknown> {
      return value;
    },
  });
}

/** As {@link migrateGives}, from a function that is no generator. */
export function migrateIs(name: string, migratePage: () => unknown): DriverDefinition {
  return loose(name, { migratePage });
}

/** Gives `value` from isolatePage, from a function that is no generator. */
export function isolateIs(name: string, isolatePage: () => unknown): DriverDefinition {
  return loose(name, { isolatePage });
}

// ---- what never ends ----------------------------------------------------------------------------------------------

export const locksForEver = loose('locks-for-ever', {
  *putbackPage(this: ListDriver): Op<void> {
    for (;;) {
      yield* this.lock.acquire();
      yield* this.lock.release();
    }
  },
});

export const relaxesForEver = loose('relaxes-for-ever', {
  *putbackPage(): Op<void> {
    for (;;) yield* relax();
  },
});

export const allocatesForEver = loose('allocates-for-ever', {
  *allocate(this: ListDriver): Op<Cell | null> {
    for (;;) {
      yield* this.lock.acquire();
      yield* this.lock.release();
    }
  },
});

// ---- yield* -------------------------------------------------------------------------------------------------------

export const forgetsStarOnAPrimitive = loose('forgets-star-on-a-primitive', {
  *isolatePage(this: ListDriver, page: Page): Op<boolean> {
    this.lock.acquire();
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  },
});

class WithHelper extends ListDriver {
  *settle(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    this.state.isolated--;
    yield* this.lock.release();
  }
}

export const forgetsStarOnItsOwnMethod = loose(
  'forgets-star-on-its-own-method',
  {
    *putbackPage(this: WithHelper, page: Page): Op<void> {
      this.settle(page);
    },
  },
  WithHelper,
);

/** As above, in a function that is no generator: nothing is yielded at all. */
export const forgetsToReturnTheOperation = loose(
  'forgets-to-return-the-operation',
  {
    putbackPage(this: WithHelper, page: Page): void {
      this.settle(page);
    },
  },
  WithHelper,
);

export const forgetsStarOnAPageOperation = loose('forgets-star-on-a-page-operation', {
  *free(this: ListDriver, cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    page.put();
  },
});

export const forgetsStarOnACoreFunction = loose('forgets-star-on-a-core-function', {
  *free(this: ListDriver, cell: Cell): Op<void> {
    const page = yield* this.lockPageOf(cell);
    yield* this.lock.acquire();
    this.cells.splice(this.cells.indexOf(cell), 1);
    if (this.list.has(page)) this.list.remove(page);
    else this.state.isolated--;
    this.state.total--;
    yield* this.lock.release();
    clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
  },
});

export const yieldsWithoutStar = loose('yields-without-star', {
  *isolatePage(this: ListDriver, page: Page): Generator<unknown, boolean> {
    yield this.lock.acquire();
    this.list.remove(page);
    this.state.isolated++;
    yield this.lock.release();
    return true;
  },
});

export const yieldsANumber = loose('yields-a-number', {
  *isolatePage(): Generator<unknown, boolean> {
    yield 42;
    return false;
  },
});

// ---- hidden state -------------------------------------------------------------------------------------------------

let callsOfTheModule = 0;

/** Gives a wrong answer now and then, as a count in a module variable says. */
export const hidesStateInAModule = loose('hides-state-in-a-module', {
  *isolatePage(this: ListDriver, page: Page): Op<boolean> {
    if (++callsOfTheModule % 7 === 0) return 'busy' as unknown as boolean;
    yield* this.lock.acquire();
    this.list.remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  },
});

/** Refuses at random, and nobody else sees the dice. */
export function throwsDice(dice: () => number): DriverDefinition {
  return loose('throws-dice', {
    *migratePage(this: ListDriver, ...args: [MovableMapping, Page, Page, MigrateMode]): Op<number> {
      if (dice() < 0.5) return 7;
      return yield* ListDriver.prototype.migratePage.apply(this, args);
    },
  });
}

class WithMap extends ListDriver {
  readonly owners = new Map<Page, Cell>();
}

export const keepsAPlainMap = listDriver('keeps-a-plain-map', WithMap);

export const storesAPlainObject = loose('stores-a-plain-object', {
  *enlist(this: ListDriver, page: Page): Op<Cell> {
    yield* this.lock.acquire();
    const cell = { page };
    this.cells.push(cell);
    this.list.add(page);
    this.state.total++;
    yield* this.lock.release();
    return cell;
  },
});

// ---- the workload -------------------------------------------------------------------------------------------------

function withWorkload(name: string, change: (driver: ListDriver) => unknown): DriverDefinition {
  return loose(name, {
    workload(this: ListDriver) {
      return change(this);
    },
  });
}

const normal = (driver: ListDriver): Workload<Cell> => ListDriver.prototype.workload.call(driver);

export const allocateGivesNull = withWorkload('allocate-gives-null', (driver) => ({
  ...normal(driver),
  *allocate(): Op<null> {
    return null;
  },
}));

export const allocateIsNoGenerator = withWorkload('allocate-is-no-generator', (driver) => ({
  ...normal(driver),
  allocate: () => 5,
}));

export const allocateIsAsync = withWorkload('allocate-is-async', (driver) => ({
  ...normal(driver),
  allocate: async () => null,
}));

export const allocateThrows = withWorkload('allocate-throws', (driver) => ({
  ...normal(driver),
  allocate: () => {
    throw new Error('out of cells');
  },
}));

export const workloadWithoutFree = withWorkload('workload-without-free', (driver) => ({
  allocate: () => driver.allocate(),
}));

export const workloadIsNull = withWorkload('workload-is-null', () => null);

export const workloadThrows = withWorkload('workload-throws', () => {
  throw new Error('no workload today');
});

export const readGivesTheWrongValue = withWorkload('read-gives-the-wrong-value', (driver) => ({
  ...normal(driver),
  *read(): Op<number> {
    return -1;
  },
}));

export const freeDoesNothing = withWorkload('free-does-nothing', (driver) => ({
  ...normal(driver),
  *free(): Op<void> {},
}));

// ---- the driver ---------------------------------------------------------------------------------------------------

export const hasNoPutback = loose('has-no-putback', { putbackPage: undefined });

export const isCreatedByAPromise = defineDriver({
  name: 'is-created-by-a-promise',
  contract: 'a_ops',
  create: (async (context: DriverContext) => new ListDriver(context)) as never,
});

export const createThrows = defineDriver({
  name: 'create-throws',
  contract: 'a_ops',
  create: () => {
    throw new Error('probe failed');
  },
});

export const createGivesNothing = defineDriver({
  name: 'create-gives-nothing',
  contract: 'a_ops',
  create: () => undefined as never,
});

// ---- memory -------------------------------------------------------------------------------------------------------

export const writesTheLinksOfIsolatedPages = loose('writes-the-links-of-isolated-pages', {
  *migratePage(
    this: ListDriver,
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.lock.acquire();
    this.list.add(oldPage);
    yield* this.lock.release();
    return yield* ListDriver.prototype.migratePage.call(this, mapping, newPage, oldPage, mode);
  },
});

export const freesASharedObjectTwice = loose('frees-a-shared-object-twice', {
  *free(this: ListDriver, cell: Cell): Op<void> {
    yield* ListDriver.prototype.free.call(this, cell);
    freeShared(cell);
    freeShared(cell);
  },
});

export const usesAFreedSharedObject = loose('uses-a-freed-shared-object', {
  *free(this: ListDriver, cell: Cell): Op<void> {
    yield* this.lock.acquire();
    freeShared(cell);
    yield* this.lock.release();
    yield* ListDriver.prototype.free.call(this, cell);
  },
});

/** A cell of two pages; when there is none for the second, the first is forgotten. */
class TwoPages extends ListDriver {
  override *allocate(): Op<Cell | null> {
    const spare = yield* this.context.allocator.allocPage();
    const cell = yield* super.allocate();
    if (cell === null) return null;
    yield* spare!.put();
    return cell;
  }
}

export const leaksWhenAnAllocationFails = listDriver('leaks-when-an-allocation-fails', TwoPages);

export const keepsTheLockOnAnErrorPath = loose('keeps-the-lock-on-an-error-path', {
  *migratePage(
    this: ListDriver,
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.lock.acquire();
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.release();
    return yield* ListDriver.prototype.migratePage.call(this, mapping, newPage, oldPage, mode);
  },
});

export const dropsTheCallersLock = loose('drops-the-callers-lock', {
  *putbackPage(this: ListDriver, page: Page): Op<void> {
    yield* ListDriver.prototype.putbackPage.call(this, page);
    yield* page.unlock();
  },
});

// ---- stubs --------------------------------------------------------------------------------------------------------

export const alwaysRefuses = loose('always-refuses', {
  *isolatePage(): Op<boolean> {
    return false;
  },
});

class AlwaysRefuses extends ListDriver {
  override *isolatePage(): Op<boolean> {
    return false;
  }
}

export const declaresThatItAlwaysRefuses = listDriver('declares-that-it-always-refuses', AlwaysRefuses, [
  'refuses-isolation',
]);

export const neverMarksAPage = loose('never-marks-a-page', {
  *allocate(this: ListDriver): Op<Cell | null> {
    const page = yield* this.context.allocator.allocPage();
    return page === null ? null : yield* this.enlist(page);
  },
  *free(this: ListDriver, cell: Cell): Op<void> {
    yield* this.lock.acquire();
    const { page } = cell;
    this.cells.splice(this.cells.indexOf(cell), 1);
    this.list.remove(page);
    yield* this.lock.release();
    yield* page.put();
  },
});

/** Everything there, nothing in it. */
export const hollow = defineDriver({
  name: 'hollow',
  contract: 'a_ops',
  create: () => ({
    *isolatePage(): Op<boolean> {
      return true;
    },
    *migratePage(): Op<number> {
      return MIGRATEPAGE_SUCCESS;
    },
    *putbackPage(): Op<void> {},
    workload: () => ({
      *allocate(): Op<object> {
        return shared({});
      },
      *free(): Op<void> {},
    }),
  }),
});

/** "Again" for ever: nothing of it ever moves. */
export const neverMoves = loose('never-moves', {
  *migratePage(_mapping: MovableMapping, _newPage: Page, _oldPage: Page, mode: MigrateMode): Op<number> {
    return mode === MigrateMode.syncNoCopy ? -Errno.EINVAL : -Errno.EAGAIN;
  },
});
