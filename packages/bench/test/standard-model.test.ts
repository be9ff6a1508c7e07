import { explore, type ExploreOptions, type Program } from '@movable-pages/explore';
import { describe, expect, it } from 'vitest';
import { standardModel } from '../src/standard-model.ts';
import { countByStates, countKinds, countOneByOne } from './schedules.fixture.ts';

const one = { pages: 1, drivers: 1, rounds: 1 };
const two = { pages: 1, drivers: 1, rounds: 2 };
const three = { pages: 1, drivers: 2, rounds: 1 };

const program = (model: typeof one, planted = false): Program => ({
  machine: standardModel({ ...model, planted }),
  monitors: [],
});

describe('the standard model', () => {
  it('has as many schedules as the naive search runs', () => {
    const naive = explore(program(one), { search: 'exhaustive', naive: true });
    expect(naive).toMatchObject({ found: [], exhausted: true });
    expect(naive.executions).toBe(countOneByOne(standardModel(one)));
    expect(naive.executions).toBe(countByStates(standardModel(one)).schedules);
  }, 60_000);

  it('has over a million schedules of two rounds, in a few hundred states', () => {
    const { schedules, states } = countByStates(standardModel(two));
    expect(schedules).toBeGreaterThan(1_000_000);
    expect(states).toBeLessThan(1000);
  }, 60_000);

  it.each([
    ['one round', one],
    ['two rounds', two],
    ['three threads', three],
  ])(
    'of %s has as many kinds of schedules as the reduced search runs',
    (_, model) => {
      const reduced = explore(program(model), { search: 'exhaustive' });
      expect(reduced).toMatchObject({ found: [], exhausted: true });
      expect(reduced.executions - reduced.abandoned).toBe(countKinds(standardModel(model)));
      expect(reduced.abandoned).toBeLessThan(reduced.executions / 10);
    },
    60_000,
  );

  it('takes about forty operations', () => {
    const { steps, executions } = explore(program(two), { search: 'random', maxExecutions: 500 });
    expect(steps / executions).toBeGreaterThan(35);
    expect(steps / executions).toBeLessThan(50);
  });

  it.each<[string, ExploreOptions]>([
    ['reduced', { search: 'exhaustive' }],
    ['bounded', { search: 'bounded' }],
    ['pct', { search: 'pct', maxExecutions: 2000 }],
    ['random', { search: 'random', maxExecutions: 2000 }],
  ])('hides a planted bug that the %s search finds', (_, options) => {
    const [found] = explore(program(two, true), options).found;
    expect(found?.violation).toMatchObject({ code: 'MP_THREW', thread: 'driver 0' });
    expect(found?.violation.message).toMatch(/wrote \d, found \d/);
  });
});
