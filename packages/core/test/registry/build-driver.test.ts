import { type MachineError, runDirect, withAmbient } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '@movable-pages/explore';
import {
  buildDriver,
  defineDriver,
  definitionOf,
  DriverDefinition,
  DriverError,
  inject,
  linux510,
  linux61,
  movableDriver,
  mutex,
  PageAllocator,
  shared,
  type Op,
} from '../../src/index.ts';
import { misuse, smallKernel } from '../support.ts';
import { Classy, defined, Idle, idle, life, toOperations, withDriver } from './drivers.ts';

const classy = definitionOf(Classy)!;

function failure(definition: DriverDefinition, options = {}): DriverError {
  try {
    buildDriver(smallKernel(), definition, options);
  } catch (error) {
    expect(error).toBeInstanceOf(DriverError);
    return error as DriverError;
  }
  throw new Error('it was built');
}

describe('a driver', () => {
  it.each([linux510, linux61])(
    'does the same as a class, as a function, and to either contract ($name)',
    (profile) => {
      const lives = [classy, defined, toOperations].map((definition) => {
        const kernel = smallKernel({ profile });
        return life(kernel, buildDriver(kernel, definition));
      });
      expect(lives[0]).toEqual({
        rc: -12,
        left: [1],
        calls: [
          ['isolate', 0, true],
          ['isolate', 1, true],
          ['migrate', 0, 2, 0],
          ['putback', 1],
        ],
        content: 77,
        inventory: { pages: 1, objects: 1 },
        free: 7,
        migrated: 1,
        words: [0, 0, 1],
      });
      expect(lives[1]).toEqual(lives[0]);
      expect(lives[2]).toEqual(lives[0]);
    },
  );

  it.each([linux510, linux61])('does the same untracked ($name)', (profile) => {
    const lives = [true, false].map((tracked) => {
      const kernel = smallKernel({ profile, tracked });
      return life(kernel, buildDriver(kernel, classy));
    });
    expect(lives[1]).toEqual(lives[0]);
  });

  it('has the services of its own machine injected, and no other', () => {
    const kernels = [smallKernel(), smallKernel()];
    const drivers = kernels.map((kernel) => buildDriver(kernel, classy));
    for (const [n, { driver, mapping }] of drivers.entries()) {
      const { allocator, vmstat, kernel, mapping: injected } = driver as Classy;
      const own = [
        allocator === kernels[n]!.allocator,
        vmstat === kernels[n]!.vmstat,
        kernel === kernels[n],
        injected === mapping,
      ];
      expect(own).toEqual([true, true, true, true]);
    }
    expect(drivers[0]!.driver === drivers[1]!.driver).toBe(false);
    expect(drivers[0]!.mapping === drivers[1]!.mapping).toBe(false);
  });

  it('is built anew on the same kernel, with a mapping of its own', () => {
    const kernel = smallKernel();
    const [first, second] = [buildDriver(kernel, classy), buildDriver(kernel, defined)];
    expect(first.mapping.id).not.toBe(second.mapping.id);
    expect(kernel.mappingOf(second.mapping.id)).toBe(second.mapping);
    expect([first.mapping.name, second.mapping.name]).toEqual(['classy', 'defined']);
  });

  it('has its defaults with what the caller changed, frozen', () => {
    const options = (given: Record<string, number>) =>
      (buildDriver(smallKernel(), classy, given).driver as Classy).options;
    expect(options({})).toEqual({ limit: 4 });
    expect(options({ limit: 9 })).toEqual({ limit: 9 });
    expect(Object.isFrozen(options({}))).toBe(true);
  });

  it('is frozen once it is built', () => {
    expect(Object.isFrozen(buildDriver(smallKernel(), classy).driver)).toBe(true);
    expect(Object.isFrozen(buildDriver(smallKernel(), defined).driver)).toBe(true);
  });

  it('is not built on a kernel that has run', () => {
    const kernel = smallKernel();
    runDirect(kernel.machine, function* () {});
    expect(
      misuse(() =>
        buildDriver(
          kernel,
          withDriver(() => idle()),
        ),
      ).code,
    ).toBe('MP_LATE_LOCK');
  });
});

describe('a driver that cannot be built', () => {
  it.each([
    { option: 'size', says: 'has no option size; it has: limit' },
    { option: 'toString', says: 'has no option toString' },
  ])('for the option $option', ({ option, says }) => {
    const error = failure(classy, { [option]: 3 });
    expect(error.code).toBe('MP_UNKNOWN_OPTION');
    expect(error.message).toContain(says);
  });

  it.each(['isolatePage', 'migratePage', 'putbackPage'])('for want of %s', (callback) => {
    const error = failure(withDriver(() => idle({ [callback]: undefined })));
    expect(error.code).toBe('MP_MISSING_CALLBACK');
    expect(error.message).toBe(
      `driver broken has no ${callback}; contract a_ops needs isolatePage, migratePage, putbackPage`,
    );
  });

  it('for want of a workload', () => {
    expect(failure(withDriver(() => idle({ workload: undefined }))).code).toBe('MP_MISSING_WORKLOAD');
  });

  it.each([
    { gives: null, lacks: 'allocate' },
    { gives: {}, lacks: 'allocate' },
    { gives: { *allocate() {} }, lacks: 'free' },
  ])('for a workload that lacks $lacks', ({ gives, lacks }) => {
    const error = failure(withDriver(() => idle({ workload: () => gives })));
    expect(error.code).toBe('MP_MISSING_WORKLOAD');
    expect(error.message).toBe(`the workload of driver broken has no ${lacks}()`);
  });

  it('because its workload() throws', () => {
    const boom = new Error('boom');
    const error = failure(
      withDriver(() =>
        idle({
          workload: () => {
            throw boom;
          },
        }),
      ),
    );
    expect(error).toMatchObject({
      code: 'MP_CREATE_FAILED',
      message: 'workload() of driver broken threw: boom',
      cause: boom,
    });
  });

  it.each([
    ['an error', new Error('no device'), 'no device'],
    ['a text', 'no device', 'no device'],
    ['null', null, 'null'],
    ['nothing', undefined, 'undefined'],
  ])('because create throws %s', (_what, thrown, says) => {
    const error = failure(
      withDriver(() => {
        throw thrown;
      }),
    );
    expect(error.code).toBe('MP_CREATE_FAILED');
    expect(error.message).toBe(`driver broken could not be built: ${says}`);
    expect(error.cause).toBe(thrown);
  });

  it.each([undefined, null, 7, 'driver'])('because create gives %j', (given) => {
    const error = failure(withDriver(() => given));
    expect(error.code).toBe('MP_CREATE_FAILED');
    expect(error.message).toContain(`gave ${String(given)}; return the driver object`);
  });

  it('because it is frozen before the registry could look at it', () => {
    expect(failure(withDriver(() => Object.freeze(idle()))).code).toBe('MP_CREATE_FAILED');
  });

  it('because create is asynchronous, whether it fails later or not', async () => {
    const later = [
      async () => idle(),
      async () => {
        throw new Error('nobody looks at this');
      },
    ];
    for (const create of later) expect(failure(withDriver(create)).code).toBe('MP_ASYNC_CREATE');
    // An unhandled rejection would fail the run here.
    await new Promise(setImmediate);
  });

  it('because its class asks for what there is not', () => {
    @movableDriver({ name: 'greedy', contract: 'a_ops' })
    class Greedy extends Idle {
      constructor(@inject('no such service') readonly service: unknown) {
        super();
      }
    }
    const error = failure(definitionOf(Greedy)!);
    expect(error.code).toBe('MP_CREATE_FAILED');
    expect(error.message).toContain('no such service');
  });

  it('because it comes with another copy of core', () => {
    const foreign = Object.assign(Object.create(DriverDefinition.prototype) as object, defined, {
      core: Symbol('other'),
    });
    expect(failure(foreign as DriverDefinition).code).toBe('MP_TWO_CORES');
  });
});

describe('the state of a driver', () => {
  it.each([
    ['a plain Map', (): object => new Map()],
    ['a plain array', (): object => []],
    ['a plain object', (): object => ({ n: 0 })],
  ] as const)('is not kept in %s', (_what, make) => {
    const untracked = (): MachineError =>
      misuse(() =>
        buildDriver(
          smallKernel(),
          withDriver(() => idle({ state: make() })),
        ),
      );
    expect(untracked().code).toBe('MP_UNTRACKED_FIELD');
    expect(untracked().message).toContain('broken.state holds');
  });

  it.each([
    ['tracked state', () => shared({ n: 0 })],
    ['a lock', () => mutex('lock')],
    ['a constant', () => Object.freeze({ n: 0 })],
    ['a number', () => 7],
  ])('may be kept in %s', (_what, make) => {
    expect(
      buildDriver(
        smallKernel(),
        withDriver(() => idle({ state: make() })),
      ).definition.name,
    ).toBe('broken');
  });

  it('is not kept in a field that is assigned later, which the report says', () => {
    @movableDriver({ name: 'counter', contract: 'a_ops' })
    class Counter extends Idle {
      isolations = 0;
      constructor(@inject(PageAllocator) readonly allocator: PageAllocator) {
        super();
      }
      override *isolatePage(): Op<boolean> {
        this.isolations++;
        return true;
      }
    }
    const kernel = smallKernel();
    const { driver } = buildDriver(kernel, definitionOf(Counter)!);
    const error = misuse(() => runDirect(kernel.machine, () => driver.isolatePage(kernel.page(0), 0)));
    expect(error.code).toBe('MP_UNTRACKED_FIELD');
    expect(error.message).toContain('counter.isolations');
  });

  it('has the driver’s name', () => {
    const kernel = smallKernel();
    const { driver } = buildDriver(
      kernel,
      withDriver(() => idle({ state: shared({ inflated: 0 }) })),
    );
    const { state } = driver as unknown as { state: { inflated: number } };
    const location = kernel.machine.space.locationOf(state, 'inflated')!;
    expect(kernel.machine.nameOf(location)).toBe('broken.state.inflated');
  });

  it('of a driver is its own, two of one definition share nothing', () => {
    const kernel = smallKernel();
    const [first, second] = [buildDriver(kernel, defined), buildDriver(kernel, defined)];
    const pages = runDirect(kernel.machine, function* () {
      yield* first.workload.allocate();
      return [first.workload.inspect!().pages, second.workload.inspect!().pages];
    }).value;
    expect(pages).toEqual([1, 0]);
  });
});

describe('the callbacks of a driver', () => {
  it('get their arguments in the order of their contract', () => {
    const seen: unknown[] = [];
    const [byAops, byOperations] = (['a_ops', 'movable_operations'] as const).map((contract) =>
      defineDriver({
        name: contract.replace('_', '-'),
        contract,
        create: () =>
          idle({
            *migratePage(...args: unknown[]): Op<number> {
              seen.push(args);
              return 0;
            },
          }) as never,
      }),
    );
    const kernel = smallKernel();
    const built = [buildDriver(kernel, byAops!), buildDriver(kernel, byOperations!)];
    const [newPage, oldPage] = [kernel.page(1), kernel.page(0)];
    runDirect(kernel.machine, function* () {
      for (const { mapping } of built) yield* mapping.ops.migratePage(mapping, newPage, oldPage, 2);
    });
    expect(seen).toEqual([
      [built[0]!.mapping, newPage, oldPage, 2],
      [newPage, oldPage, 2],
    ]);
  });

  /** What the explorer says of one isolate callback. */
  function judged(driver: () => unknown) {
    const kernel = smallKernel();
    const { mapping } = buildDriver(kernel, withDriver(driver));
    kernel.machine.thread('vm', {}, () => mapping.ops.isolatePage(kernel.page(0), 0));
    kernel.machine.seal();
    return explore({ machine: kernel.machine, monitors: [] }).found.map(({ violation }) => violation);
  }

  it('are watched for a helper that is called without yield*', () => {
    const found = judged(() => ({
      ...idle(),
      *relist(): Op<void> {},
      *isolatePage(this: { relist(): Op<void> }): Op<boolean> {
        this.relist();
        return true;
      },
    }));
    expect(found.map(({ code }) => code)).toEqual(['MP_OP_NOT_YIELDED']);
    expect(found[0]?.message).toContain('broken.relist()');
  });

  it('are fine with a helper that is called with yield*', () => {
    const found = judged(() => ({
      ...idle(),
      *relist(): Op<void> {},
      *isolatePage(this: { relist(): Op<void> }): Op<boolean> {
        yield* this.relist();
        return true;
      },
    }));
    expect(found).toEqual([]);
  });

  it('are those of the heir, not of the class it inherits from, generator or not', () => {
    class Heir extends Idle {
      override isolatePage(): never {
        return 'plainly' as never;
      }
    }
    const kernel = smallKernel();
    const { driver } = buildDriver(
      kernel,
      withDriver(() => new Heir()),
    );
    expect(withAmbient(kernel.machine, () => driver.isolatePage(kernel.page(0), 0))).toBe('plainly');
  });
});
