import { describe, expect, it } from 'vitest';
import { check, checkBriefly, expectOnly, passed, placeOf, rightVerdict, ruleOf } from '../prove.fixture.js';
import { busyWhileWritten, neverGives, neverUnpins, pins, staysBusy } from './forgotten-mark.fixture.js';
import { failing } from './failing.fixture.js';

describe('MP-MIG-006', () => {
  it('finds a driver that asks for a retry that can never succeed', () => {
    const finding = expectOnly(check(failing, 'migrate-sync'), 'MP-MIG-006');
    expect(finding).toMatchObject({
      code: 'MP-MIG-006',
      received: '-EAGAIN',
      where: { scope: 'takes-the-vm-for-a-user.migratePage' },
      preemptions: 0,
      faults: 0,
    });
    expect(finding.title).toMatch(/nobody else is in the driver/);
    expect(placeOf(finding)).toMatch(/MP-MIG-006\/failing\.fixture\.ts:\d+$/);
  });

  it.each([
    ['migratePage of page N returned -EBUSY', neverUnpins, 'pinned', 0],
    ['isolatePage of page N returned false', neverGives, 'pinned', 0],
    ['migratePage of page N returned -EBUSY', staysBusy, 'migrate-sync', 1],
  ])('finds a mark that is never taken back: %s', (title, driver, scenario, preemptions) => {
    const finding = expectOnly(check(driver, scenario), 'MP-MIG-006');
    expect(finding).toMatchObject({
      title: `${title}, though nobody else is in the driver`,
      preemptions,
      faults: 0,
    });
  });

  it.each([
    [pins, 'pinned'],
    [busyWhileWritten, 'migrate-sync'],
  ])('passes one that takes it back', (driver, scenario) => {
    const verdict = checkBriefly(driver, scenario);
    expect(verdict.findings).toEqual([]);
    expect(ruleOf(verdict, 'MP-MIG-006')).toMatchObject(passed);
  });

  it('passes the right driver', () => {
    expect(ruleOf(rightVerdict('migrate-sync'), 'MP-MIG-006')).toMatchObject(passed);
  });
});
