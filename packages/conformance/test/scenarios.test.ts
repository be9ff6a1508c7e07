import {
  MIGRATEPAGE_SUCCESS,
  pageList,
  type DriverContext,
  type MigrateMode,
  type MovableMapping,
  type Op,
  type Page,
  type PageList,
} from '@movable-pages/core';
import { describe, expect, it, test } from 'vitest';
import { selectScenarios } from '../src/select-scenarios.ts';
import { budgets, checkDriver, scenarios } from '../src/index.ts';
import { ListDriver, listDriver, type Cell } from '../src/rules/list-driver.fixture.ts';
import { passing as pinning } from '../src/rules/MP-PIN-001/passing.fixture.ts';
import { passing as swapping } from '../src/rules/MP-SHR-001/passing.fixture.ts';

function run(driver: ReturnType<typeof listDriver>): string[] {
  return selectScenarios(driver, 'linux-6.1', {}).map(({ id }) => id);
}

describe('scenarios are chosen by capability', () => {
  const extra = scenarios.filter(({ needs }) => needs !== undefined);

  it('a driver without capabilities has none of those that need one', () => {
    const ids = run(listDriver());
    expect(ids).toContain('two-nodes');
    expect(extra.filter(({ id }) => ids.includes(id))).toEqual([]);
  });

  it('pins and shrinks bring theirs, those that unload only with an unload', () => {
    expect(run(pinning).filter((id) => extra.some((each) => each.id === id))).toEqual([
      'pinned',
      'pinned-twice',
      'pinned-meanwhile',
      'pinned-meanwhile-sync-light',
      'pinned-meanwhile-async',
    ]);
    expect(run(swapping).filter((id) => extra.some((each) => each.id === id))).toEqual([
      'shrink',
      'shrink-scattered',
      'shrink-twice',
    ]);
  });
});

/** Keeps a list for each node, and puts the target on the list where the source was. */
class ListsByNode extends ListDriver {
  readonly others: PageList;

  constructor(context: DriverContext) {
    super(context);
    this.others = pageList(context.kernel, 'list.pages of node 1');
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    const result = yield* super.migratePage(mapping, newPage, oldPage, mode);
    // What the inherited code does is to put it on the list of node 0: right only if it came from there.
    if (result === MIGRATEPAGE_SUCCESS && oldPage.node === 1) {
      yield* this.lock.acquire();
      this.list.remove(newPage);
      this.others.add(newPage);
      yield* this.lock.release();
    }
    return result;
  }

  override *isolatePage(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    (page.node === 0 ? this.list : this.others).remove(page);
    this.state.isolated++;
    yield* this.lock.release();
    return true;
  }
}

describe('two-nodes', () => {
  const driver = listDriver('lists-by-node', ListsByNode);
  const check = (id: string) =>
    checkDriver(driver, {
      scenarios: [id],
      profiles: ['linux-6.1'],
      budget: { ...budgets.quick, name: 'brief', preemptions: 0 },
    });

  it('finds what a driver keeps by the node of the page that is gone; no other scenario does', () => {
    expect(check('migrate-again').findings).toEqual([]);
    const [finding] = check('two-nodes').findings;
    expect(finding).toMatchObject({
      code: 'MP_LIST_CORRUPTION',
      received: 'on list.pages',
      preemptions: 0,
      where: { thread: 'offliner', scope: 'lists-by-node.isolatePage' },
    });
  });
});

/** The mistake: what it never wrote it takes to be 0, as it is in memory that was never used. */
class TakesZerosForGranted extends ListDriver {
  override *read(cell: Cell): Op<number> {
    const value = yield* super.read(cell);
    return value + cell.page.readWord(1);
  }
}

test('no page is full of zeros by luck', () => {
  const verdict = checkDriver(listDriver('zeros', TakesZerosForGranted), {
    scenarios: ['from-nothing', 'putback'],
    profiles: ['linux-6.1'],
  });
  expect(verdict.findings.map(({ scenario, ruleId }) => `${scenario}: ${ruleId}`)).toEqual([
    'from-nothing: MP-MIG-003',
    'putback: MP-MIG-003',
  ]);
});
