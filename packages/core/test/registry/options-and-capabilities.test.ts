import { describe, expect, it } from 'vitest';
import { buildDriver, defineDriver, definitionOf, DriverError, type Op } from '../../src/index.ts';
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
