import { budgets, checkDriver } from '@movable-pages/conformance';
import {
  defineDriver,
  MIGRATEPAGE_SUCCESS,
  type DriverContext,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import {
  Fullness,
  IsolationCount,
  zsmallocWorkload,
  ZsMigration,
  ZsPool,
  Zspages,
  type MappedObject,
  type ZsHandle,
  type Zspage,
} from '../src/index.ts';

/** The parts of which a driver is made, one of them with a mistake. */
interface Parts {
  readonly Pool?: typeof ZsPool;
  readonly Migration?: typeof ZsMigration;
}

const driverOf = ({ Pool = ZsPool, Migration = ZsMigration }: Parts) =>
  defineDriver({
    name: 'zsmalloc-mutant',
    contract: 'a_ops',
    capabilities: ['refuses-isolation', 'shrinks', 'page-groups'],
    create: ({ kernel, mapping }: DriverContext) => {
      const pool = new Pool(kernel, mapping);
      const migration = new Migration(pool);
      return {
        isolatePage: (page) => migration.isolate(page),
        migratePage: (_mapping, newPage, oldPage, mode) => migration.migrate(newPage, oldPage, mode),
        putbackPage: (page) => migration.putback(page),
        workload: () => zsmallocWorkload(pool, 12),
      };
    },
  });

// ---- mistakes that were made ---------------------------------------------------------------------------------------

/** Isolation that keeps no count and never refuses, as it came to be later: pages may be freed while the VM has them. */
class KeepsNoCount extends ZsMigration {
  override *isolate(): Op<boolean> {
    return true;
  }

  protected override *endIsolation(): Op<void> {}
}

/** What it takes then: nobody moves a page while the worker walks the chain, or the page that it waits for is its own. */
class LocksAChainThatStays extends ZsPool {
  protected override makeZspages(mapping: MovableMapping): Zspages {
    return new (class extends Zspages {
      protected override *lockPages(zspage: Zspage): Op<void> {
        for (;;) {
          yield* zspage.lock.readAcquire();
          const busy = yield* this.tryLockPages(zspage);
          if (busy !== null) yield* busy.get();
          yield* zspage.lock.readRelease();
          if (busy === null) return;
          yield* busy.waitUntilUnlocked();
          yield* busy.put();
        }
      }
    })(this.kernel, mapping, this.classes);
  }
}

class DestroysWithoutWaiting extends ZsPool {
  override *destroy(): Op<void> {
    this.kernel.reclaim.unregisterShrinker(this.shrinker);
    yield* this.zspages.queue.destroy();
  }
}

class ForgetsWhatBecameEmpty extends ZsMigration {
  protected override *endIsolation(zspage: Zspage): Op<void> {
    const inMigration = this.pool.kernel.machine.current!.scope!.what.endsWith('.migratePage');
    if (!inMigration) return yield* super.endIsolation(zspage);
    this.decIsolation(zspage);
    if (zspage.isolated > 0) return;
    zspage.sizeClass.insert(zspage);
    yield* this.pool.isolation.decrement();
  }
}

class CountsUnderTheWrongLock extends ZsMigration {
  override *isolate(page: Page): Op<boolean> {
    const zspage = this.pool.zspages.of(page);
    yield* zspage.lock.writeAcquire();
    const taken = zspage.inuse > 0;
    if (taken && zspage.isolated === 0) zspage.sizeClass.remove(zspage);
    if (taken && zspage.isolated === 0) yield* this.pool.isolation.increment();
    if (taken) zspage.isolated++;
    yield* zspage.lock.writeRelease();
    return taken;
  }
}

/** One bit for chains of two pages: with both isolated the count is 0. */
class CountsTooNarrowly extends ZsMigration {
  protected override incIsolation(zspage: Zspage): void {
    zspage.isolated = (zspage.isolated + 1) & 1;
  }

  protected override decIsolation(zspage: Zspage): void {
    zspage.isolated = (zspage.isolated - 1) & 1;
  }
}

class SleepsWhileMapped extends ZsPool {
  override *unmap(handle: ZsHandle, mapped: MappedObject): Op<void> {
    yield* this.kernel.page(0).waitUntilUnlocked();
    yield* super.unmap(handle, mapped);
  }
}

/** Its pages stay movable when there is no driver any more. */
class IsGoneBeforeItsPages extends ZsPool {
  protected override makeZspages(mapping: MovableMapping): Zspages {
    return new (class extends Zspages {
      override *freeLater(): Op<void> {}
    })(this.kernel, mapping, this.classes);
  }
}

// ---- mistakes that could be made -----------------------------------------------------------------------------------

/** What {@link ZsMigration.migrate} does, with something left out or done wrongly. */
function moving(
  body: (pool: ZsPool, zspage: Zspage, newPage: Page, oldPage: Page) => Op<boolean>,
): typeof ZsMigration {
  return class extends ZsMigration {
    override *migrate(newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
      const { pool } = this;
      const zspage = pool.zspages.of(oldPage);
      if (!(yield* body(pool, zspage, newPage, oldPage))) return yield* super.migrate(newPage, oldPage, mode);
      return MIGRATEPAGE_SUCCESS;
    }
  };
}

class WaitsForPins extends ZsMigration {
  override *migrate(newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    const zspage = this.pool.zspages.of(oldPage);
    yield* zspage.lock.writeAcquire();
    for (const handle of heldIn(this.pool, zspage)) {
      yield* handle.pin();
      yield* handle.unpin();
    }
    yield* zspage.lock.writeRelease();
    return yield* super.migrate(newPage, oldPage, mode);
  }
}

/** The handles of the first object of a zspage, if it is in use. */
function heldIn(pool: ZsPool, zspage: Zspage): ZsHandle[] {
  const handle = pool.handles.fromHeader(zspage.firstPage.readWord(0));
  return handle === null ? [] : [handle];
}

const MovesWithoutTheDriver = moving(function* (_pool, _zspage, newPage) {
  yield* newPage.get();
  return true;
});

class FreesWhatTheVmHas extends ZsPool {
  override *free(handle: ZsHandle): Op<void> {
    yield* handle.pin();
    const zspage = this.zspages.of(this.kernel.page(handle.pfn));
    yield* handle.unpin();
    yield* super.free(handle);
    yield* zspage.sizeClass.lock.acquire();
    if (zspage.fullness === Fullness.empty) yield* this.zspages.free(zspage);
    yield* zspage.sizeClass.lock.release();
  }
}

/** Who destroys the pool may begin to wait between the look and the count, and nobody wakes him. */
class LooksBeforeItCounts extends ZsPool {
  protected override makeIsolation(): IsolationCount {
    return new (class extends IsolationCount {
      override *decrement(): Op<void> {
        const destroying = yield* this.destroying.load();
        const before = yield* this.isolated.fetchAdd(-1);
        if (before === 1 && destroying === 1) yield* this.drained.wakeUpAll();
      }
    })();
  }
}

class CountsFreedPagesTwice extends ZsPool {
  override *compact(): Op<number> {
    return 2 * (yield* super.compact());
  }
}

interface Mutant {
  readonly what: string;
  readonly parts: Parts;
  readonly scenario: string;
  /** The rule that is broken. */
  readonly rule: string;
}

const mutants: readonly Mutant[] = [
  {
    what: 'locks the pages of a chain that is being rewritten',
    parts: { Migration: KeepsNoCount },
    scenario: 'unload',
    rule: 'MP-RACE-001',
  },
  {
    what: 'is destroyed while the VM has a page',
    parts: { Pool: DestroysWithoutWaiting },
    scenario: 'unload',
    rule: 'MP-REL-003',
  },
  {
    what: 'forgets a zspage that became empty while it moved',
    parts: { Migration: ForgetsWhatBecameEmpty },
    scenario: 'unload',
    rule: 'MP-REL-002',
  },
  {
    what: 'counts isolated pages under another lock',
    parts: { Migration: CountsUnderTheWrongLock },
    scenario: 'putback',
    rule: 'MP-RACE-001',
  },
  {
    what: 'counts isolated pages in too few bits',
    parts: { Migration: CountsTooNarrowly },
    scenario: 'unload',
    rule: 'MP-DEAD-001',
  },
  {
    what: 'sleeps between map and unmap',
    parts: { Pool: SleepsWhileMapped },
    scenario: 'from-nothing',
    rule: 'MP-CTX-001',
  },
  {
    what: 'is gone before its pages',
    parts: { Pool: IsGoneBeforeItsPages },
    scenario: 'unload',
    rule: 'MP-REL-002',
  },
  {
    what: 'waits for a pin whose holder waits for it',
    parts: { Migration: WaitsForPins },
    scenario: 'migrate-sync',
    rule: 'MP-DEAD-001',
  },
  {
    what: 'says that a page moved which did not',
    parts: { Migration: MovesWithoutTheDriver },
    scenario: 'migrate-sync',
    rule: 'MP-MIG-002',
  },
  {
    what: 'frees a zspage of which the VM has a page',
    parts: { Pool: FreesWhatTheVmHas },
    scenario: 'unload',
    rule: 'MP-UAF-001',
  },
  {
    what: 'asks whether to wake somebody before it counts',
    parts: { Pool: LooksBeforeItCounts },
    scenario: 'unload-return',
    rule: 'MP-DEAD-001',
  },
  {
    what: 'says that object compaction freed more than it did',
    parts: { Pool: CountsFreedPagesTwice },
    scenario: 'shrink-scattered',
    rule: 'MP-SHR-001',
  },
];

describe('a pool that', () => {
  it.each(mutants)('$what is caught', ({ parts, scenario, rule }) => {
    const verdict = checkDriver(driverOf(parts), {
      profiles: ['linux-5.10'],
      scenarios: [scenario],
      budget: { ...budgets.quick, maxExecutions: 1000 },
    });
    expect(verdict.findings.map(({ ruleId }) => ruleId)).toContain(rule);
  });

  it.each([
    ['is made of the same parts without a mistake', {}],
    ['keeps no count, but locks its chains rightly', { Pool: LocksAChainThatStays, Migration: KeepsNoCount }],
  ])('%s passes', (_what, parts) => {
    const verdict = checkDriver(driverOf(parts), {
      profiles: ['linux-5.10'],
      scenarios: ['unload'],
      budget: { ...budgets.quick, maxExecutions: 1000 },
    });
    expect(verdict.findings).toEqual([]);
  });
});
