import { DriverError, type DriverDefinition } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { checkDriver, type Finding, type ScenarioReport, type Verdict } from '../../src/index.ts';
import {
  checkBriefly,
  checkFromNothing,
  expectOnly,
  failedRules,
  ruleOf,
} from '../../src/rules/prove.fixture.ts';
import * as nonsense from './nonsense.fixture.ts';

/** The first finding on a driver that fails one rule and no other, with no preemption, where `scenario` looks. */
function failureOf(driver: DriverDefinition, scenario: string): Finding {
  const verdict = checkBriefly(driver, scenario);
  const finding = expectOnly(verdict, verdict.findings[0]?.ruleId ?? '');
  expect(finding.preemptions).toBe(0);
  return finding;
}

/** What a finding says, as far as it matters. */
function failing(ruleId: string, code: string, title: RegExp): object {
  return { ruleId, code, title: matching(title) };
}

function matching(text: RegExp): string {
  return expect.stringMatching(text) as string;
}

/** Why a driver cannot be run at all: the same in every rule of the report. */
function errorOf(verdict: Verdict): ScenarioReport['error'] {
  expect(verdict).toMatchObject({ outcome: 'broken', findings: [] });
  const { error } = verdict.scenarios[0]!;
  const reason = expect.stringContaining(error!.code) as string;
  expect(ruleOf(verdict, 'MP-ISO-001')).toMatchObject({ status: 'broken', reason });
  return error;
}

/** Rows with the name of their driver in front. */
function named<T extends readonly [DriverDefinition, ...unknown[]]>(...rows: T[]): [string, ...T][] {
  return rows.map((row) => [row[0].name, ...row]);
}

describe('callbacks that throw', () => {
  it.each(
    named(
      [nonsense.throwsInIsolate, /isolatePage threw RangeError: no such page/],
      [nonsense.throwsNothing, /isolatePage threw .*undefined/],
    ),
  )('%s', (_name, driver, title) => {
    expect(failureOf(driver, 'putback')).toMatchObject(failing('MP-CALL-002', 'MP_THREW', title));
  });
});

describe('what migratePage gives', () => {
  it.each([
    ['gives-one', 1, 'number 1'],
    ['gives-undefined', undefined, 'nothing (undefined)'],
    ['gives-null', null, 'null'],
    ['gives-true', true, 'boolean true'],
    ['gives-a-fraction', -0.5, 'number -0.5'],
    ['gives-nan', Number.NaN, 'number NaN'],
    ['gives-no-errno', -4096, 'number -4096'],
    ['gives-a-bigint', -11n, 'bigint -11'],
    ['gives-a-string', 'ok', 'the string "ok"'],
    ['gives-a-promise', Promise.resolve(0), 'a promise'],
    ['gives-an-array', [0], 'an object (Array)'],
  ])('%s', (name, value, received) => {
    const verdict = checkBriefly(nonsense.migrateGives(name, value), 'migrate-async');
    expect(failedRules(verdict)).toEqual(['MP-MIG-001']);
    expect(verdict.findings[0]).toMatchObject({ received, preemptions: 0 });
  });

  it('an async function, fulfilled or rejected', () => {
    for (const async of [async () => 0, async () => Promise.reject(new Error('later'))]) {
      const verdict = checkBriefly(nonsense.migrateIs('is-async', async), 'migrate-async');
      expect(failedRules(verdict)).toEqual(['MP-MIG-001']);
      expect(verdict.findings[0]).toMatchObject({ received: 'a promise' });
    }
  });
});

describe('what isolatePage gives', () => {
  it.each([
    ['is-async', async () => true, 'MP-ISO-001', 'a promise'],
    ['gives-a-string', () => 'yes', 'MP-ISO-001', 'the string "yes"'],
    ['gives-a-number', () => 1, 'MP-ISO-001', 'number 1'],
    ['gives-an-array', () => [true], 'MP-ISO-001', 'an object (Array)'],
    ['gives-true-at-once', () => true, 'MP-ISO-003', 'on list.pages'],
    ['gives-a-set', () => new Set([1]), 'MP-API-001', 'number'],
  ])('%s', (name, isolate, rule, received) => {
    const verdict = checkBriefly(nonsense.isolateIs(name, isolate), 'putback');
    expect(failedRules(verdict)).toEqual([rule]);
    expect(verdict.findings[0]).toMatchObject({ received, preemptions: 0 });
  });
});

describe('what never ends', () => {
  it('a callback that locks and unlocks', () => {
    expect(failureOf(nonsense.locksForEver, 'putback')).toMatchObject(
      failing('MP-LIVE-001', 'MP_LIVELOCK', /no end after 5000 steps/),
    );
  });

  it('a callback that relaxes', () => {
    expect(failureOf(nonsense.relaxesForEver, 'putback')).toMatchObject(
      failing('MP-LIVE-001', 'MP_LIVELOCK', /nobody can run: compactor \(/),
    );
  });

  it('a user operation, where nothing is set up before', () => {
    const verdict = checkFromNothing(nonsense.allocatesForEver);
    expect(failedRules(verdict)).toEqual(['MP-LIVE-001']);
  });

  it('a user operation, while setting up', () => {
    expect(errorOf(checkBriefly(nonsense.allocatesForEver, 'putback'))).toMatchObject({
      code: 'MP_STEP_LIMIT',
      message: matching(/without ending/),
    });
  });
});

describe('yield*', () => {
  it.each(
    named(
      [nonsense.forgetsStarOnAPrimitive, 'MP_OP_NOT_YIELDED', /made the operation acquire list\.lock/],
      [
        nonsense.forgetsStarOnItsOwnMethod,
        'MP_OP_NOT_YIELDED',
        /made the operation forgets-star-on-its-own-method\.settle\(\)/,
      ],
      [
        nonsense.forgetsToReturnTheOperation,
        'MP_OP_NOT_YIELDED',
        /made the operation .*\.settle\(\) and did not run it/,
      ],
      [nonsense.yieldsWithoutStar, 'MP_YIELD_NOT_STAR', /runs an operation with "yield"; write "yield\*"/],
      [nonsense.yieldsANumber, 'MP_FOREIGN_YIELD', /yields a value that is no operation/],
    ),
  )('%s', (_name, driver, code, title) => {
    expect(failureOf(driver, 'putback')).toMatchObject(failing('MP-API-001', code, title));
  });

  it('forgotten on a page', () => {
    expect(failureOf(nonsense.forgetsStarOnAPageOperation, 'migrate-sync')).toMatchObject(
      failing('MP-API-001', 'MP_OP_NOT_YIELDED', /did not run it/),
    );
  });

  it('forgotten on a function of core', () => {
    expect(failureOf(nonsense.forgetsStarOnACoreFunction, 'migrate-sync')).toMatchObject(
      failing('MP-API-001', 'MP_OP_NOT_YIELDED', /did not run it/),
    );
  });
});

describe('hidden state', () => {
  it('in a module shows as soon as it changes what happens', () => {
    const verdict = checkBriefly(nonsense.hidesStateInAModule, 'putback');
    expect(failedRules(verdict)).toContain('MP-DET-001');
    const finding = verdict.findings.find(({ ruleId }) => ruleId === 'MP-DET-001')!;
    expect(finding).toMatchObject({ code: 'MP_NON_DETERMINISTIC' });
    expect(finding.hint).toMatch(/shared\(\)/);
  });

  it('in dice shows as soon as it changes what happens', () => {
    // As good as Math.random, and the same each time.
    let seed = 1;
    const dice = () => (seed = (seed * 48271) % 2147483647) / 2147483647;
    const verdict = checkBriefly(nonsense.throwsDice(dice), 'migrate-sync');
    expect(verdict.outcome).toBe('not-conformant');
    expect(failedRules(verdict)).toContain('MP-DET-001');
  });

  it('in a plain Map is refused when the driver is built', () => {
    const verdict = checkBriefly(nonsense.keepsAPlainMap, 'putback');
    expect(errorOf(verdict)).toMatchObject({
      code: 'MP_UNTRACKED_FIELD',
      message: matching(/owners holds a plain Map/),
    });
  });

  it('in a plain object is refused where it is stored', () => {
    expect(errorOf(checkBriefly(nonsense.storesAPlainObject, 'putback'))).toMatchObject({
      code: 'MP_RAW_STORE',
      message: matching(/Store shared\(\.\.\.\) of it/),
    });
    expect(failedRules(checkFromNothing(nonsense.storesAPlainObject))).toEqual(['MP-DET-001']);
  });
});

describe('workloads', () => {
  it.each(
    named(
      [nonsense.allocateGivesNull, 'MP_SETUP_FAILED', /could not make object 1 of 2 \(allocate gave null\)/],
      [nonsense.allocateIsNoGenerator, 'MP_CREATE_FAILED', /./],
      [nonsense.allocateIsAsync, 'MP_CREATE_FAILED', /./],
      [nonsense.allocateThrows, 'MP_CREATE_FAILED', /out of cells/],
      [nonsense.workloadWithoutFree, 'MP_MISSING_WORKLOAD', /has no free\(\)/],
      [nonsense.workloadIsNull, 'MP_MISSING_WORKLOAD', /has no allocate\(\)/],
      [nonsense.workloadThrows, 'MP_CREATE_FAILED', /no workload today/],
    ),
  )('%s', (_name, driver, code, message) => {
    expect(errorOf(checkBriefly(driver, 'putback'))).toMatchObject({
      code: code,
      message: matching(message),
    });
  });

  it('that read something else', () => {
    expect(failureOf(nonsense.readGivesTheWrongValue, 'putback')).toMatchObject(
      failing('MP-MIG-003', 'MP_CONTENTS_LOST', /reads -1, but \d+ was written/),
    );
  });

  it('that do not free', () => {
    expect(failureOf(nonsense.freeDoesNothing, 'putback')).toMatchObject(
      failing('MP-REL-002', 'MP-REL-002', /pages are lost/),
    );
  });
});

describe('drivers that cannot be built', () => {
  it.each(
    named(
      [nonsense.hasNoPutback, 'MP_MISSING_CALLBACK', /has no putbackPage/],
      [nonsense.isCreatedByAPromise, 'MP_ASYNC_CREATE', /build it synchronously/],
      [nonsense.createThrows, 'MP_CREATE_FAILED', /probe failed/],
      [nonsense.createGivesNothing, 'MP_CREATE_FAILED', /gave undefined/],
    ),
  )('%s', (_name, driver, code, message) => {
    expect(errorOf(checkBriefly(driver, 'putback'))).toMatchObject({
      code: code,
      message: matching(message),
    });
  });

  it('whatever is no driver is refused by code', () => {
    for (const value of [null, undefined, 7, 'zsmalloc', {}, class {}, () => {}]) {
      const attempt = () => checkDriver(value as never);
      expect(attempt).toThrow(DriverError);
      expect(attempt).toThrow(expect.objectContaining({ code: 'MP_NOT_A_DRIVER' }));
    }
  });
});

describe('memory', () => {
  it('an isolated page that is put on a list of the driver', () => {
    expect(failureOf(nonsense.writesTheLinksOfIsolatedPages, 'migrate-sync')).toMatchObject(
      failing('MP-LRU-001', 'MP_LRU_NOT_OWNED', /belong to the VM/),
    );
  });

  it('a shared object that is freed twice', () => {
    expect(failureOf(nonsense.freesASharedObjectTwice, 'putback')).toMatchObject(
      failing('MP-UAF-001', 'MP_DOUBLE_FREE', /was freed twice, first by user A/),
    );
  });

  it('a shared object that is used after it was freed', () => {
    expect(failureOf(nonsense.usesAFreedSharedObject, 'putback')).toMatchObject(
      failing('MP-UAF-001', 'MP_USE_AFTER_FREE', /was read by user A after/),
    );
  });

  it('a page that is lost when the next cannot be had', () => {
    const verdict = checkBriefly(nonsense.leaksWhenAnAllocationFails, 'allocation-fails');
    expect(failedRules(verdict)).toEqual(['MP-CALL-002', 'MP-REL-002']);
    const leak = verdict.findings.find(({ ruleId }) => ruleId === 'MP-REL-002')!;
    expect(leak).toMatchObject({
      preemptions: 0,
      faults: 1,
      received: matching(/held by driver: 1/),
    });
    expect(leak.schedule.choices).toMatchObject([{ name: 'page allocation fails', value: 1 }]);
  });

  it('a lock that is kept on an error path', () => {
    const driver = nonsense.keepsTheLockOnAnErrorPath;
    expect(failureOf(driver, 'migrate-sync-no-copy')).toMatchObject(
      failing('MP-CALL-001', 'MP_LOCK_LEAK', /migratePage returns holding list\.lock/),
    );
  });

  it("the caller's lock dropped", () => {
    expect(failureOf(nonsense.dropsTheCallersLock, 'putback')).toMatchObject(
      failing('MP-CALL-001', 'MP_PINNED_LOCK_DROPPED', /releases page N lock/),
    );
  });
});

describe('stubs are never conformant', () => {
  it('one that asks for another try for ever', () => {
    expect(failureOf(nonsense.neverMoves, 'migrate-sync')).toMatchObject(
      failing('MP-MIG-006', 'MP-MIG-006', /EAGAIN/),
    );
  });

  it('one that always refuses, without a word', () => {
    expect(failureOf(nonsense.alwaysRefuses, 'putback')).toMatchObject(
      failing('MP-CAP-001', 'MP-CAP-001', /does not declare refuses-isolation/),
    );
  });

  it.each(
    named(
      [nonsense.neverMarksAPage, 'set-movable', 'MP-MARK-001'],
      [nonsense.hollow, 'isolate', 'MP-ISO-001'],
    ),
  )('%s', (_name, driver, missing, rule) => {
    const verdict = checkBriefly(driver, 'migrate-sync', 'migrate-sync-no-copy', 'putback');
    expect(verdict).toMatchObject({ outcome: 'inconclusive', conformant: false, findings: [] });
    expect(ruleOf(verdict, rule)).toMatchObject({
      status: 'vacuous',
      reason: `nothing triggered it (${missing})`,
    });
  });

  it('one that says so and always refuses', () => {
    expect(failureOf(nonsense.declaresThatItAlwaysRefuses, 'putback')).toMatchObject(
      failing('MP-MIG-006', 'MP-MIG-006', /isolatePage of page N returned false/),
    );
  });

  it('one that asks for a retry for ever', () => {
    expect(failureOf(nonsense.neverMoves, 'migrate-sync')).toMatchObject(
      failing('MP-MIG-006', 'MP-MIG-006', /returned -EAGAIN, though nobody else is in the driver/),
    );
  });

  it('one that does nothing, in every scenario to the whole bound', () => {
    const verdict = checkDriver(nonsense.hollow);
    expect(verdict).toMatchObject({ outcome: 'inconclusive', conformant: false, selection: null });
    expect(verdict.findings).toEqual([]);
    const statuses = new Set(verdict.rules.map(({ status }) => status));
    expect(statuses).toContain('vacuous');
  });
});
