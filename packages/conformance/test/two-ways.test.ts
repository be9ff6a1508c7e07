import {
  definitionOf,
  DriverOptions,
  inject,
  KernelService,
  movableDriver,
  MovableMapping,
  PageAllocator,
  VmEvents,
  VmStat,
} from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { budgets, checkDriver, renderJson } from '../src/index.ts';
import { ListDriver, listDriver } from '../src/rules/list-driver.fixture.ts';

/** The list driver as a class that has its services injected. */
@movableDriver({ name: 'list', version: '1.0.0', contract: 'a_ops' })
class InjectedListDriver extends ListDriver {
  constructor(
    @inject(KernelService) kernel: KernelService,
    @inject(PageAllocator) allocator: PageAllocator,
    @inject(MovableMapping) mapping: MovableMapping,
    @inject(VmStat) vmstat: VmStat,
    @inject(VmEvents) events: VmEvents,
    @inject(DriverOptions) options: DriverOptions,
  ) {
    super(Object.freeze({ kernel, allocator, mapping, vmstat, events, options }));
  }
}

/** The same with one mistake. */
@movableDriver({ name: 'list', version: '1.0.0', contract: 'a_ops' })
class InjectedForgetful extends InjectedListDriver {
  constructor(
    @inject(KernelService) kernel: KernelService,
    @inject(PageAllocator) allocator: PageAllocator,
    @inject(MovableMapping) mapping: MovableMapping,
    @inject(VmStat) vmstat: VmStat,
    @inject(VmEvents) events: VmEvents,
    @inject(DriverOptions) options: DriverOptions,
  ) {
    super(kernel, allocator, mapping, vmstat, events, options);
  }

  override *isolatePage() {
    return true;
  }
}

class Forgetful extends ListDriver {
  override *isolatePage() {
    return true;
  }
}

const ONE = { scenarios: ['migrate-sync', 'putback'], budget: { ...budgets.quick, preemptions: 1 } };

describe('a class with @movableDriver and an object of defineDriver with the same body', () => {
  it.each([
    ['right', InjectedListDriver, ListDriver],
    ['wrong', InjectedForgetful, Forgetful],
  ] as const)('get the same verdict under both profiles: %s', (_name, injected, parts) => {
    const ofClass = checkDriver(definitionOf(injected)!, ONE);
    const ofObject = checkDriver(listDriver('list', parts), ONE);
    expect(ofClass.profiles).toEqual(['linux-5.10', 'linux-6.1']);
    expect(ofClass.rules).toEqual(ofObject.rules);
    expect(ofClass.scenarios.map(({ executions, steps }) => [executions, steps])).toEqual(
      ofObject.scenarios.map(({ executions, steps }) => [executions, steps]),
    );
    expect(ofClass.findings.map(({ title }) => title)).toEqual(ofObject.findings.map(({ title }) => title));
  });
});

describe('the same seed twice', () => {
  it('gives byte-identical traces', () => {
    const once = () => renderJson([checkDriver(listDriver('list', Forgetful), { ...ONE, seed: 11 })]);
    const first = once();
    expect(JSON.parse(first)).toMatchObject({ verdicts: [{ outcome: 'not-conformant' }] });
    expect(once()).toBe(first);
  });
});
