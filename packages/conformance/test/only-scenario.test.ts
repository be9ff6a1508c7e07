import {
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  shared,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { expect, test } from 'vitest';
import { ListDriver, listDriver, type Cell } from '../src/rules/list-driver.fixture.ts';
import { CountsByNode } from '../src/rules/MP-STAT-001/failing.fixture.ts';
import { PinningDriver } from '../src/rules/MP-PIN-001/passing.fixture.ts';
import { foundAnywhere } from '../src/rules/prove.fixture.ts';
import { WaitingDriver } from '../src/rules/MP-SHR-001/passing.fixture.ts';

/** The mistake: a pin is a flag, which the first of two unpins takes down. */
class PinIsAFlag extends PinningDriver {
  protected override endPin(page: Page): void {
    page.private = 0;
  }
}

/** The mistake: in one mode it takes a short cut past the pins. */
function forgetsPinsIn(forgetful: MigrateMode): typeof PinningDriver {
  return class ForgetsPins extends PinningDriver {
    override *migratePage(
      mapping: MovableMapping,
      newPage: Page,
      oldPage: Page,
      mode: MigrateMode,
    ): Op<number> {
      if (mode !== forgetful) return yield* super.migratePage(mapping, newPage, oldPage, mode);
      return yield* ListDriver.prototype.migratePage.call(this, mapping, newPage, oldPage, mode);
    }
  };
}

/** The mistake: what counts the freed cells is guarded by nothing. */
class CountsFreed extends ListDriver {
  readonly statistics = shared({ freed: 0 });

  override *free(cell: Cell): Op<void> {
    yield* super.free(cell);
    this.statistics.freed++;
  }
}

/** The mistake: only where it waits does it count a page on the node where it is now. */
class CountsInSync extends CountsByNode {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const rc = yield* super.migratePage(mapping, newPage, oldPage, mode);
    if (rc === MIGRATEPAGE_SUCCESS && mode === MigrateMode.sync) {
      this.count(oldPage, -1);
      this.count(newPage, 1);
    }
    return rc;
  }
}

/** The mistake: counts what is isolated without the lock, as if the page locks kept all others away. */
class CountsIsolated extends ListDriver {
  readonly statistics = shared({ isolated: 0 });

  override *isolatePage(page: Page, mode: number): Op<boolean> {
    this.statistics.isolated++;
    return yield* super.isolatePage(page, mode);
  }

  override *putbackPage(page: Page): Op<void> {
    this.statistics.isolated--;
    yield* super.putbackPage(page);
  }
}

/** The mistake: there is one place to say which page is being moved, so that writes go to both; there may be two. */
class OneSlot extends ListDriver {
  readonly moving = shared<{ from: Page | null; to: Page | null }>({ from: null, to: null });

  override *copy(to: Page, from: Page): Op<void> {
    yield* super.copy(to, from);
    const before = { ...this.moving };
    Object.assign(this.moving, { from, to });
    // Others may want the lock.
    yield* this.lock.release();
    yield* this.lock.acquire();
    Object.assign(this.moving, before);
  }

  override *write(cell: Cell, value: number): Op<void> {
    yield* this.lock.acquire();
    cell.page.writeWord(0, value);
    if (this.moving.from === cell.page) this.moving.to!.writeWord(0, value);
    yield* this.lock.release();
  }
}

/** The mistake: takes a page that is new to be full of zeros, and does not copy any. */
class SkipsZeros extends ListDriver {
  override *copy(newPage: Page, oldPage: Page): Op<void> {
    const value = oldPage.readWord(0);
    if (value !== 0) newPage.writeWord(0, value);
  }
}

/** The mistake: what is taken out of the middle takes along what stands behind it. */
class CutsOff extends ListDriver {
  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    const at = this.cells.indexOf(cell);
    if (at > 0) this.cells.splice(at + 1);
    yield* this.lock.release();
    yield* super.free(cell);
  }
}

/** The mistake: writes out what it wrote out the first time. */
class WritesOutTheFirst extends WaitingDriver {
  readonly first = shared(new Map<Cell, number>());

  override *shrink(): Op<number> {
    const freed = yield* super.shrink();
    yield* this.lock.acquire();
    for (const [cell, value] of this.swap) {
      if (!this.first.has(cell)) this.first.set(cell, value);
      this.swap.set(cell, this.first.get(cell)!);
    }
    yield* this.lock.release();
    return freed;
  }
}

/** The mistake: where it may wait, it takes memory for granted. */
class TakesMemoryForGranted extends ListDriver {
  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const scratch = mode === MigrateMode.sync ? (yield* this.context.allocator.allocPage())! : null;
    if (mode === MigrateMode.sync) yield* scratch!.put();
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

const pins = ['pins'] as const;

test.each([
  ['two-nodes', 'MP-STAT-001', listDriver('counts-in-sync', CountsInSync)],
  ['two-nodes', 'MP-MIG-003', listDriver('skips-zeros', SkipsZeros)],
  ['free-middle', 'MP-UAF-001', listDriver('cuts-off', CutsOff)],
  ['shrink-twice', 'MP-MIG-003', listDriver('writes-out-the-first', WritesOutTheFirst, ['shrinks'])],
  ['allocation-fails-sync', 'MP-CALL-002', listDriver('takes-for-granted', TakesMemoryForGranted)],
  ['two-migrators', 'MP-RACE-001', listDriver('counts-isolated', CountsIsolated)],
  ['two-frees', 'MP-RACE-001', listDriver('counts-freed', CountsFreed)],
  ['pinned-twice', 'MP-PIN-001', listDriver('pin-is-a-flag', PinIsAFlag, pins)],
  ['pinned-meanwhile-async', 'MP-PIN-001', listDriver('forgets', forgetsPinsIn(MigrateMode.async), pins)],
  [
    'pinned-meanwhile-sync-light',
    'MP-PIN-001',
    listDriver('forgets', forgetsPinsIn(MigrateMode.syncLight), pins),
  ],
])('%s finds what no other scenario does', (id, rule, driver) => {
  expect(foundAnywhere(driver)).toEqual([`${id}: ${rule}`]);
});

test('two-migrations finds what takes two calls of migratePage and a user, each in the middle', () => {
  const driver = listDriver('one-slot', OneSlot);
  expect(foundAnywhere(driver)).toEqual([]);
  expect(foundAnywhere(driver, 2)).toEqual(['two-migrations: MP-MIG-003']);
});
