import {
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  shared,
  type MovableMapping,
  type Op,
  type Page,
} from '@movable-pages/core';
import { expect, test } from 'vitest';
import { budgets, checkDriver, scenarios } from '../src/index.ts';
import { ListDriver, listDriver, type Cell } from '../src/rules/list-driver.fixture.ts';
import { CountsByNode } from '../src/rules/MP-STAT-001/failing.fixture.ts';
import { PinningDriver } from '../src/rules/MP-PIN-001/passing.fixture.ts';

/** Deep enough for every mistake here. */
const BRIEF = { ...budgets.quick, name: 'brief', preemptions: 1 };

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

/** The mistake: counts what has moved after the lock was dropped, as if the page locks kept all others away. */
class CountsMoved extends ListDriver {
  readonly statistics = shared({ moved: 0 });

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const rc = yield* super.migratePage(mapping, newPage, oldPage, mode);
    if (rc === MIGRATEPAGE_SUCCESS) this.statistics.moved++;
    return rc;
  }
}

const pins = ['pins'] as const;

test.each([
  ['two-nodes', 'MP-STAT-001', listDriver('counts-in-sync', CountsInSync)],
  ['two-migrators', 'MP-RACE-001', listDriver('counts-moved', CountsMoved)],
  ['two-frees', 'MP-RACE-001', listDriver('counts-freed', CountsFreed)],
  ['pinned-twice', 'MP-PIN-001', listDriver('pin-is-a-flag', PinIsAFlag, pins)],
  ['pinned-meanwhile-async', 'MP-PIN-001', listDriver('forgets', forgetsPinsIn(MigrateMode.async), pins)],
  [
    'pinned-meanwhile-sync-light',
    'MP-PIN-001',
    listDriver('forgets', forgetsPinsIn(MigrateMode.syncLight), pins),
  ],
])('%s finds what no other scenario does', (id, rule, driver) => {
  const check = (wanted: readonly string[]) =>
    checkDriver(driver, { scenarios: wanted, profiles: ['linux-6.1'], budget: BRIEF }).findings;
  const found = check(scenarios.map((each) => each.id)).map(
    ({ scenario, ruleId }) => `${scenario}: ${ruleId}`,
  );
  expect(found).toEqual([`${id}: ${rule}`]);
});
