import { describe, expect, it } from 'vitest';
import { checkBriefly } from '../../src/rules/prove.fixture.ts';
import { countDrifts, doesNotUndo, keepsTheObject } from './known-gaps.fixture.ts';

/**
 * What the suite does not see yet: wrong drivers that it finds nothing in. A test here that fails is good news; it then
 * belongs among the broken shapes.
 */
describe('wrong drivers that pass', () => {
  // No rule asks whether the driver's own state is what it was once every object is freed.
  it.each([countDrifts, keepsTheObject].map((driver) => [driver.name, driver] as const))(
    '%s',
    (_name, driver) => {
      expect(checkBriefly(driver, 'migrate-sync').findings).toEqual([]);
    },
  );
});

describe('a device that fails', () => {
  it('is a choice of the driver that every scenario offers', () => {
    const [finding] = checkBriefly(doesNotUndo, 'migrate-sync').findings;
    expect(finding).toMatchObject({ ruleId: 'MP-MIG-004', faults: 1 });
  });
});
