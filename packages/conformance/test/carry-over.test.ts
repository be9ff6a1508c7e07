import { linux510, linux61, type KernelProfile } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { carryOver, distinctRuns } from '../src/carry-over.ts';
import { budgets, checkDriver } from '../src/index.ts';
import { ProfileWatch } from '../src/profile-watch.ts';
import { ListDriver, listDriver } from '../src/rules/list-driver.fixture.ts';
import type { ScenarioReport } from '../src/verdict.ts';

const BUDGET = { ...budgets.quick, preemptions: 1 };

/** Refuses every migration for good: what becomes of the page then differs between the profiles. */
class Refusing extends ListDriver {
  override *migratePage() {
    return -22;
  }
}

function reports(profiles: readonly string[], driver = listDriver()): readonly ScenarioReport[] {
  return checkDriver(driver, { scenarios: ['migrate-again', 'putback'], profiles, budget: BUDGET }).scenarios;
}

const both = ['linux-5.10', 'linux-6.1'];

describe('a search under one profile that stands for another', () => {
  it('gives the report that running it there gives, whichever comes first', () => {
    const alone = reports(['linux-6.1']);
    expect(alone.every(({ alike }) => alike.includes('linux-5.10'))).toBe(true);
    expect(reports(both).filter(({ profile }) => profile === 'linux-6.1')).toEqual(alone);
    expect(reports(both.toReversed()).filter(({ profile }) => profile === 'linux-5.10')).toEqual(
      reports(['linux-5.10']),
    );
  });

  it('stands for none once something was asked that they answer differently', () => {
    const driver = listDriver('refusing', Refusing);
    const found = reports(both, driver);
    const moved = found.filter(({ scenario }) => scenario === 'migrate-again');
    expect(moved.map(({ alike }) => alike)).toEqual([[], []]);
    expect(moved[0]!.digest).not.toBe(moved[1]!.digest);
    expect(distinctRuns(found).map(({ profiles }) => profiles)).toContainEqual(['linux-6.1']);
  });

  it('is counted once', () => {
    const [one] = reports(['linux-5.10']);
    const verdict = checkDriver(listDriver(), { scenarios: [one!.scenario], profiles: both, budget: BUDGET });
    expect(verdict.scenarios).toHaveLength(2);
    expect(verdict.rules.find(({ id }) => id === 'MP-UAF-001')!.executions).toBe(one!.executions);
  });

  it('does not stand for another if it has findings, an error, or did not end', () => {
    const [one] = reports(['linux-5.10']);
    expect(carryOver(one!, 'linux-6.1')).toMatchObject({ profile: 'linux-6.1', alike: ['linux-5.10'] });
    expect(carryOver({ ...one!, stop: 'interrupted' }, 'linux-6.1')).toBeNull();
    expect(carryOver({ ...one!, error: { code: 'MP_HANG', message: '' } }, 'linux-6.1')).toBeNull();
    expect(carryOver({ ...one!, findings: [{} as never] }, 'linux-6.1')).toBeNull();
  });
});

describe('a watched profile', () => {
  const watched = () => new ProfileWatch(linux510, [linux510, linux61]);

  it('answers as the profile does', () => {
    const { profile } = watched();
    for (const key of Object.keys(linux510) as (keyof KernelProfile)[]) {
      if (key !== 'batchOf') expect(profile[key]).toBe(linux510[key]);
    }
    expect(profile.batchOf(600)).toBe(600);
    expect(new ProfileWatch(linux61, []).profile.batchOf(600)).toBe(512);
  });

  it('tells profiles apart by the first different answer, and a function by what it gives', () => {
    const watch = watched();
    expect(watch.profile.passes).toBe(10);
    expect(watch.profile.batchOf(512)).toBe(512);
    expect(watch.names()).toEqual(['linux-6.1']);
    watch.profile.batchOf(513);
    expect(watch.names()).toEqual([]);
  });

  it('takes a copy, or a look at the name, for a question', () => {
    const copied = watched();
    void { ...copied.profile };
    expect(copied.names()).toEqual([]);
    const named = watched();
    void named.profile.name;
    expect(named.names()).toEqual([]);
  });
});
