import {
  adjustManagedPageCount,
  clearPageMovable,
  Errno,
  defineDriver,
  Gfp,
  linux510,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  type DriverContext,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { BALLOON_DEFAULTS, BalloonDriver } from '../src/index.ts';
import { balloonOn, exploreBalloon, withBlocks, type Cast, type SceneOptions } from './scene.fixture.ts';

type Migrate = BalloonDriver['migratePage'];

/** A balloon whose migrate callback is `body`, with what callbacks need at hand. */
function migrating(
  body: (balloon: Broken, newPage: Page, oldPage: Page) => Op<void>,
  success = MIGRATEPAGE_SUCCESS,
): typeof Broken {
  return class extends Broken {
    override *migratePage(...[, newPage, oldPage, mode]: Parameters<Migrate>): Op<number> {
      if (mode !== MigrateMode.sync || !(yield* this.balloonLock.tryAcquire())) return -Errno.EAGAIN;
      yield* body(this, newPage, oldPage);
      yield* this.host.tellInflated([newPage]);
      yield* this.host.tellDeflated([oldPage]);
      yield* this.balloonLock.release();
      return success;
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

/** Historic: a success code of its own, which the VM takes for a failure. */
const SaysOneForSuccess = migrating(function* ({ pages }, newPage, oldPage) {
  yield* newPage.get();
  yield* pages.replaceIsolated(newPage);
  yield* pages.finalize(oldPage);
  yield* oldPage.put();
}, 1);

/** Historic: a helper of two callers unlinks the page, which one of them has done already. */
class UnlinksTwice extends Broken {
  override *takeIn(batch: readonly Page[]): Op<boolean> {
    for (const page of batch) this.pages.list.remove(page);
    return yield* super.takeIn(batch);
  }
}

/** Historic: reclaim of this allocation comes back for the lock. */
class AllocatesUnderTheMutex extends Broken {
  override *inflate(count = 1): Op<number> {
    yield* this.balloonLock.acquire();
    const batch = yield* this.allocate(count);
    const taken = yield* this.takeIn(batch);
    yield* this.balloonLock.release();
    return taken ? batch.length : 0;
  }
}

/** The same with an allocation that asks whoever can help when memory is out. */
class AsksForHelpUnderTheMutex extends AllocatesUnderTheMutex {
  override *allocate(count: number): Op<Page[]> {
    const batch: Page[] = [];
    while (batch.length < count) {
      const page = yield* this.allocator.allocPage({ gfp: Gfp.highUserMovable });
      if (page === null) break;
      batch.push(page);
    }
    return batch;
  }
}

/** Historic: the way out of a step that failed leads past the undoing of those before. */
class ForgetsToUndoProbing extends Broken {
  override *probe(): Op<number> {
    const rc = yield* this.pressure!.register();
    return rc === 0 && this.reporting !== null ? yield* this.reporting.start() : rc;
  }
}

/** It would never be asked for pages. */
class HidesThatProbingFailed extends Broken {
  override *probe(): Op<number> {
    yield* super.probe();
    return 0;
  }
}

class LeavesUnderTheMutex extends Broken {
  override *unload(): Op<void> {
    yield* this.balloonLock.acquire();
    yield* this.pressure!.unregister();
    yield* this.balloonLock.release();
    yield* super.unload();
  }
}

/** Whoever is short of memory may be the one that has the pages. */
class WaitsWhenMemoryIsOut extends Broken {
  override *giveBack(pages: number): Op<number> {
    return yield* this.deflate(pages);
  }
}

class ForgetsTheZones extends Broken {
  override *replace(newPage: Page, oldPage: Page): Op<void> {
    yield* newPage.get();
    yield* this.pages.replaceIsolated(newPage);
    yield* this.host.tellDeflated([oldPage]);
  }
}

/** The VM migrates what two users take in and give back. */
const busy: Cast = { vms: [MigrateMode.sync], frames: [0], users: ['i', 'd'] };
/** It is unloaded while the VM has had a look. */
const leaving: Cast = { vms: ['putback'], frames: [0], users: ['i'], unload: true };

/** Memory is short, and the balloon is told so. */
const short = (deflateOn: 'oom' | 'shrinker'): SceneOptions => ({
  balloon: { deflateOn, oomPages: 1 },
  kernel: withBlocks,
});
const needing: Cast = { vms: [], frames: [], users: ['aa', 'i'], inflated: 3, probe: 'before' };

const mutants: readonly [
  what: string,
  mutant: typeof Broken,
  cast: Cast,
  code: string,
  message: string,
  scene?: SceneOptions,
][] = [
  ['says 1 for success', SaysOneForSuccess, busy, 'BALLOON', 'the VM 0'],
  ['unlinks a page that is on no list', UnlinksTwice, busy, 'MP_LIST_CORRUPTION', 'on no list'],
  [
    'allocates under its mutex',
    AllocatesUnderTheMutex,
    needing,
    'MP_RECURSIVE_LOCK',
    'balloon_lock',
    short('shrinker'),
  ],
  [
    'allocates under its mutex while there is memory',
    AllocatesUnderTheMutex,
    { vms: [], frames: [], users: ['i', 'r'], inflated: 1, probe: 'before' },
    'MP_LOCK_ORDER',
    'fs_reclaim',
    short('shrinker'),
  ],
  [
    'asks for help under its mutex',
    AsksForHelpUnderTheMutex,
    needing,
    'MP_RECURSIVE_LOCK',
    'balloon_lock',
    short('oom'),
  ],
  [
    'forgets to undo what it probed',
    ForgetsToUndoProbing,
    { vms: [], frames: [], users: ['a'], probe: 'beside' },
    'BALLOON',
    'balloon is still registered',
    { ...short('oom'), balloon: { deflateOn: 'oom', freePageReporting: true } },
  ],
  [
    'hides that probing failed',
    HidesThatProbingFailed,
    { vms: [], frames: [], users: [], probe: 'beside' },
    'BALLOON',
    'reclaim has not heard of the balloon',
    short('shrinker'),
  ],
  [
    'leaves reclaim under its mutex',
    LeavesUnderTheMutex,
    { vms: [], frames: [], users: ['aa'], inflated: 3, probe: 'before', unload: true },
    'MP_DEADLOCK',
    'balloon_lock',
    short('oom'),
  ],
  [
    'waits for pages when memory is out',
    WaitsWhenMemoryIsOut,
    { vms: [MigrateMode.sync], frames: [0, 1, 2, 3], users: [], inflated: 4, probe: 'before' },
    'MP_DEADLOCK',
    'balloon pages returned',
    short('oom'),
  ],
  [
    'does not take the count of a zone along',
    ForgetsTheZones,
    { vms: [MigrateMode.sync], frames: [0], users: [], inflated: 1 },
    'BALLOON',
    'manages',
    { otherNode: true, kernel: { nodes: [2, 2] } },
  ],
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
  it.each(mutants)('%s is caught', (_what, Mutant, cast, code, message, scene = {}) => {
    const definition = defineDriver({
      name: 'balloon',
      contract: 'a_ops',
      options: BALLOON_DEFAULTS,
      create: ({ kernel, allocator, mapping, vmstat, options }: DriverContext) =>
        new Mutant(kernel, allocator, mapping, vmstat, options),
    });
    const options = { preemptions: 1, maxExecutions: 20_000, afterFirst: 20 };
    const { found } = exploreBalloon(balloonOn(linux510, definition, scene), cast, options);
    expect(found.map(({ violation }) => violation)).toContainEqual(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });
});
