import { describe, expect, it } from 'vitest';
import {
  buildDriver,
  defineDriver,
  definitionOf,
  DriverError,
  type DriverOptions,
  type Op,
  variantOf,
} from '../../src/index.ts';
import { smallKernel } from '../support.ts';
import { Classy, idle } from './drivers.ts';

const classy = definitionOf(Classy)!;

function* nothing(): Op<void> {}

function failure(...[definition, options]: [Parameters<typeof buildDriver>[1], object?]): DriverError {
  try {
    buildDriver(smallKernel(), definition, { ...options });
  } catch (error) {
    expect(error).toBeInstanceOf(DriverError);
    return error as DriverError;
  }
  throw new Error('it was built');
}

describe('capabilities that depend on options', () => {
  const driver = defineDriver({
    name: 'either',
    contract: 'a_ops',
    options: { engine: false },
    capabilities: ({ engine }) => (engine ? ['supports-no-copy'] : ['drops-content']),
    create: () => idle() as never,
  });

  it('are those of the defaults for the definition, and those of its options for a built driver', () => {
    expect([...driver.capabilities]).toEqual(['drops-content']);
    expect([...buildDriver(smallKernel(), driver).capabilities]).toEqual(['drops-content']);
    expect([...buildDriver(smallKernel(), driver, { engine: true }).capabilities]).toEqual([
      'supports-no-copy',
    ]);
  });

  it('are refused when they are unknown', () => {
    const flying = () =>
      defineDriver({
        name: 'flying',
        contract: 'a_ops',
        capabilities: () => ['flies' as never],
        create: () => idle() as never,
      });
    expect(flying).toThrow(expect.objectContaining({ code: 'MP_UNKNOWN_CAPABILITY' }));
  });
});

describe('a variant of a driver', () => {
  const given: DriverOptions[] = [];
  const driver = defineDriver({
    name: 'either',
    version: '1.2.3',
    contract: 'a_ops',
    options: { engine: false, depth: 2 },
    capabilities: ({ engine }) => (engine ? ['supports-no-copy'] : ['drops-content']),
    create: ({ options }) => {
      given.push(options);
      return idle() as never;
    },
  });

  it('is the same driver with other defaults and the capabilities that go with them', () => {
    const variant = variantOf(driver, 'either-engine', { engine: true });
    expect(variant).toMatchObject({ name: 'either-engine', version: '1.2.3', contract: 'a_ops' });
    expect([...variant.capabilities]).toEqual(['supports-no-copy']);
    buildDriver(smallKernel(), variant);
    buildDriver(smallKernel(), variant, { depth: 3 });
    expect(given).toEqual([
      { engine: true, depth: 2 },
      { engine: true, depth: 3 },
    ]);
    expect(driver.defaults).toEqual({ engine: false, depth: 2 });
  });

  it('can be made of a class', () => {
    expect(variantOf(Classy, 'classy-three', { limit: 3 }).defaults).toMatchObject({ limit: 3 });
  });

  it.each([
    ['MP_NOT_A_DRIVER', () => variantOf(class {} as never, 'none', {})],
    ['MP_BAD_NAME', () => variantOf(driver, 'No Name', {})],
    ['MP_UNKNOWN_OPTION', () => variantOf(driver, 'other', { motor: true })],
    ['MP_BAD_OPTION', () => variantOf(driver, 'other', { depth: 'deep' })],
  ])('is refused with %s', (code, make) => {
    expect(make).toThrow(expect.objectContaining({ code }));
  });
});

describe('a driver is refused', () => {
  it('for an option of another type than its default', () => {
    const error = failure(classy, { limit: 'three' });
    expect(error.code).toBe('MP_BAD_OPTION');
    expect(error.message).toContain('option limit');
    expect(error.message).toContain('is "three"; give a number');
  });

  it.each([
    { capability: 'pins', gives: { pin: nothing }, lacks: 'unpin()' },
    { capability: 'pins', gives: {}, lacks: 'pin() and no unpin()' },
    { capability: 'shrinks', gives: {}, lacks: 'shrink()' },
  ] as const)(
    'because it claims $capability and its workload has no $lacks',
    ({ capability, gives, lacks }) => {
      const workload = () => ({ allocate: nothing, free: nothing, ...gives });
      const claiming = defineDriver({
        name: 'claims',
        contract: 'a_ops',
        capabilities: [capability],
        create: () => idle({ workload }) as never,
      });
      const error = failure(claiming);
      expect(error.code).toBe('MP_EMPTY_CAPABILITY');
      expect(error.message).toContain(`claims capability ${capability}, but its workload has no ${lacks};`);
    },
  );
});
