import { describe, expect, it } from 'vitest';
import {
  definitionOf,
  defineDriver,
  DriverError,
  DriverRegistry,
  movableDriver,
  type DriverErrorCode,
} from '../../src/index.ts';
import { Classy, defined, Idle, idle, toOperations, withDriver } from './drivers.ts';

/** The refusal that `body` ends with. */
function refusal(body: () => unknown): DriverError {
  let thrown: unknown;
  try {
    body();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(DriverError);
  return thrown as DriverError;
}

describe('DriverRegistry', () => {
  it('knows drivers by name, in the order in which they came', () => {
    const registry = new DriverRegistry();
    registry.register(defined);
    registry.register(Classy);
    expect(registry.list().map(({ name }) => name)).toEqual(['defined', 'classy']);
    expect(registry.get('classy')).toBe(definitionOf(Classy));
    expect(registry.get('defined')).toBe(defined);
  });

  it('takes the same driver twice', () => {
    const registry = new DriverRegistry();
    registry.register(defined, 'here');
    registry.register(defined, 'there');
    expect(registry.list()).toEqual([defined]);
  });

  it('refuses two drivers of one name and names both sources and versions', () => {
    const registry = new DriverRegistry();
    registry.register(defined, 'packages/one');
    const twin = defineDriver({
      name: 'defined',
      version: '9.9.9',
      contract: 'a_ops',
      create: () => idle() as never,
    });
    const error = refusal(() => registry.register(twin, 'packages/two'));
    expect(error.code).toBe('MP_DUPLICATE_DRIVER');
    for (const part of ['defined', 'packages/one', '1.2.3', 'packages/two', '9.9.9'])
      expect(error.message).toContain(part);
    expect(registry.get('defined')).toBe(defined);
  });

  it('says which drivers there are when it is asked for another', () => {
    const registry = new DriverRegistry();
    expect(refusal(() => registry.get('ghost')).message).toBe('no driver is called ghost; known: none');
    registry.register(Classy);
    registry.register(defined);
    const error = refusal(() => registry.get('ghost'));
    expect(error.code).toBe('MP_UNKNOWN_DRIVER');
    expect(error.message).toBe('no driver is called ghost; known: classy, defined');
  });

  class Undecorated {}
  class Heir extends Classy {}

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a number', 5],
    ['a plain object', idle()],
    ['a class without @movableDriver', Undecorated],
    ['the heir of a driver class, itself without @movableDriver', Heir],
    ['a function', () => idle()],
  ])('refuses %s', (_what, value) => {
    const error = refusal(() => new DriverRegistry().register(value, 'some-file.ts'));
    expect(error.code).toBe('MP_NOT_A_DRIVER');
    expect(error.message).toContain('some-file.ts');
  });

  describe('registerModule', () => {
    it('takes every driver that a module exports, each once', () => {
      const registry = new DriverRegistry();
      const module = { default: defined, defined, Classy, VERSION: 3, helper: () => 1, nothing: undefined };
      expect(registry.registerModule(module, 'file.ts').map(({ name }) => name)).toEqual([
        'defined',
        'classy',
      ]);
    });

    it.each([
      { module: {}, says: 'it exports nothing' },
      { module: { one: 1, two: Undecorated }, says: 'it exports one, two' },
    ])('refuses a module without a driver: $says', ({ module, says }) => {
      const error = refusal(() => new DriverRegistry().registerModule(module, 'file.ts'));
      expect(error.code).toBe('MP_NOT_A_DRIVER');
      expect(error.message).toContain('file.ts exports no driver');
      expect(error.message).toContain(says);
    });
  });
});

describe('a definition', () => {
  it('says what the driver said of itself', () => {
    for (const definition of [definitionOf(Classy)!, defined]) {
      expect(definition).toMatchObject({ version: '1.2.3', contract: 'a_ops', defaults: { limit: 4 } });
      expect([...definition.capabilities]).toEqual(['drops-content']);
    }
    expect(toOperations).toMatchObject({ version: '0.0.0', contract: 'movable_operations', defaults: {} });
  });

  const WRONG: [string, Record<string, unknown>, DriverErrorCode, string][] = [
    ['has no name', {}, 'MP_BAD_NAME', 'this one says nothing'],
    ['has capitals in its name', { name: 'Balloon' }, 'MP_BAD_NAME', '"Balloon"'],
    ['has a name of spaces', { name: 'my driver' }, 'MP_BAD_NAME', '"my driver"'],
    ['has a name that is no string', { name: 7 }, 'MP_BAD_NAME', '7'],
    ['has no contract', { name: 'x' }, 'MP_UNKNOWN_CONTRACT', 'a_ops and movable_operations'],
    ['has an unknown contract', { name: 'x', contract: 'aops' }, 'MP_UNKNOWN_CONTRACT', '"aops"'],
    [
      'claims an unknown capability',
      { name: 'x', contract: 'a_ops', capabilities: ['flies'] },
      'MP_UNKNOWN_CAPABILITY',
      '"flies"',
    ],
  ];

  it.each(WRONG)('that %s is refused, as a function and as a class', (_what, info, code, says) => {
    const byFunction = refusal(() => defineDriver({ ...info, create: () => idle() } as never));
    const byClass = refusal(() => {
      @movableDriver(info as never)
      class Broken extends Idle {}
      return Broken;
    });
    expect(byFunction.code).toBe(code);
    expect(byFunction.message).toContain(says);
    expect(byClass.code).toBe(code);
    expect(byClass.message).toBe(byFunction.message);
  });

  it('without create is refused', () => {
    const error = refusal(() => defineDriver({ name: 'lazy', contract: 'a_ops' } as never));
    expect(error.code).toBe('MP_CREATE_FAILED');
    expect(error.message).toContain('driver lazy has no create function');
  });

  it('is made without building anything', () => {
    let built = 0;
    withDriver(() => {
      built++;
      return idle();
    });
    expect(built).toBe(0);
  });
});
