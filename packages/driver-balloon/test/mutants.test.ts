import {
  adjustManagedPageCount,
  clearPageMovable,
  Errno,
  defineDriver,
  linux510,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  type DriverContext,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { BalloonDriver } from '../src/index.ts';
import { balloonOn, exploreBalloon, type Cast } from './scene.fixture.ts';

type Migrate = BalloonDriver['migratePage'];

/** A balloon whose migrate callback is `body`, with what callbacks need at hand. */
function migrating(body: (balloon: Broken, newPage: Page, oldPage: Page) => Op<void>): typeof Broken {
  return class extends Broken {
    override *migratePage(...[, newPage, oldPage, mode]: Parameters<Migrate>): Op<number> {
      if (mode !== MigrateMode.sync || !(yield* this.balloonLock.tryAcquire())) return -Errno.EAGAIN;
      yield* body(this, newPage, oldPage);
      yield* this.host.tellInflated([newPage]);
      yield* this.host.tellDeflated([oldPage]);
      yield* this.balloonLock.release();
      return MIGRATEPAGE_SUCCESS;
    }
  };
}

class Broken extends BalloonDriver {}

class IsolatesWithoutPagesLock extends Broken {
  override *isolatePage(page: Page): Op<boolean> {
    this.pages.list.remove(page);
    this.pages.state.isolated++;
    return true;
  }
}

const ForgetsToGetTheNewPage = migrating(function* ({ pages }, newPage, oldPage) {
  yield* pages.replaceIsolated(newPage);
  yield* pages.finalize(oldPage);
  yield* oldPage.put();
});

const PutsTheOldPageTwice = migrating(function* ({ pages }, newPage, oldPage) {
  yield* newPage.get();
  yield* pages.replaceIsolated(newPage);
  yield* pages.finalize(oldPage);
  yield* oldPage.put();
  yield* oldPage.put();
});

/** The allocator nulls the mark of a page that is freed, so this shows only if somebody comes for the page before. */
const ForgetsToClearTheOldPage = migrating(function* ({ pages }, newPage, oldPage) {
  yield* newPage.get();
  yield* pages.replaceIsolated(newPage);
  oldPage.private = 0;
  yield* oldPage.put();
});

const ClearsTheOldPageTwice = migrating(function* ({ pages }, newPage, oldPage) {
  yield* newPage.get();
  yield* pages.replaceIsolated(newPage);
  yield* pages.finalize(oldPage);
  yield* clearPageMovable(oldPage);
  yield* oldPage.put();
});

class WaitsForTheMutex extends Broken {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    yield* this.balloonLock.acquire();
    yield* this.balloonLock.release();
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

class FreesBeforeTheHostKnows extends Broken {
  override *leak(): Op<number> {
    const page = this.state.numPages > 0 ? yield* this.pages.dequeue() : null;
    if (page === null) return 0;
    this.state.numPages--;
    adjustManagedPageCount(page, 1);
    yield* page.put();
    yield* this.host.tellDeflated([page]);
    return 1;
  }
}

class UnloadsWithoutWaiting extends Broken {
  override leakAny(): Op<number> {
    return this.leak(1);
  }
}

class GoesOnAfterUnloading extends Broken {
  override *unload(): Op<void> {
    yield* this.balloonLock.acquire();
    while ((yield* this.leakAny(1)) > 0);
    yield* this.balloonLock.release();
  }
}

/** The VM migrates what two users take in and give back. */
const busy: Cast = { vms: [MigrateMode.sync], frames: [0], users: ['i', 'd'] };
/** It is unloaded while the VM has had a look. */
const leaving: Cast = { vms: ['putback'], frames: [0], users: ['i'], unload: true };

const mutants: readonly [what: string, mutant: typeof Broken, cast: Cast, code: string, message: string][] = [
  ['isolates without pages_lock', IsolatesWithoutPagesLock, busy, 'MP_DATA_RACE', 'balloon pages.first'],
  [
    'takes no reference on the new page',
    ForgetsToGetTheNewPage,
    busy,
    'MP_BAD_PAGE',
    'a place on balloon pages',
  ],
  ['puts the old page twice', PutsTheOldPageTwice, busy, 'MP_BAD_PAGE', 'a place on isolated'],
  ['clears the old page twice', ClearsTheOldPageTwice, busy, 'MP_NOT_MOVABLE', 'clear it once'],
  [
    'does not clear the old page',
    ForgetsToClearTheOldPage,
    { ...busy, vms: [MigrateMode.sync, 'putback'], users: ['i'] },
    'MP_LIST_CORRUPTION',
    'expected page 0 on balloon pages',
  ],
  [
    'waits for its mutex in ASYNC mode',
    WaitsForTheMutex,
    { ...busy, vms: [MigrateMode.async] },
    'MP_SLEEP_IN_CALLBACK',
    'balloon_lock',
  ],
  [
    'frees a page before the host knows',
    FreesBeforeTheHostKnows,
    busy,
    'BALLOON',
    "is freed while it is the host's",
  ],
  [
    'is unloaded while the VM has a page',
    UnloadsWithoutWaiting,
    leaving,
    'BALLOON',
    'pages are left after unloading',
  ],
  [
    'takes pages after it was unloaded',
    GoesOnAfterUnloading,
    leaving,
    'BALLOON',
    'pages are left after unloading',
  ],
];

describe('a balloon that', () => {
  it.each(mutants)('%s is caught', (_what, Mutant, cast, code, message) => {
    const definition = defineDriver({
      name: 'balloon',
      contract: 'a_ops',
      create: ({ kernel, allocator, mapping, vmstat, options }: DriverContext) =>
        new Mutant(kernel, allocator, mapping, vmstat, options),
    });
    const options = { preemptions: 1, maxExecutions: 20_000, afterFirst: 20 };
    const { found } = exploreBalloon(balloonOn(linux510, definition), cast, options);
    expect(found.map(({ violation }) => violation)).toContainEqual(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});
