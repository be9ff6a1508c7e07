import { explore } from '@movable-pages/explore';
import { expect, it } from 'vitest';
import { standardModel } from '../src/standard-model.ts';
import { countByStates } from './schedules.fixture.ts';

it('the naive search runs every schedule of two rounds', () => {
  const model = { pages: 1, drivers: 1, rounds: 2 };
  const naive = explore(
    { machine: standardModel(model), monitors: [] },
    { search: 'exhaustive', naive: true, maxExecutions: 10_000_000 },
  );
  expect(naive.exhausted).toBe(true);
  expect(naive.executions).toBe(countByStates(standardModel(model)).schedules);
});
