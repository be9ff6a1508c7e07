import { withAmbient } from '@movable-pages/machine';
import { expect, it } from 'vitest';
import { Dpor, Executor, explore, Metered, RandomWalk, type Strategy } from '../src/index.ts';
import { busy } from './programs.fixture.ts';

function drain(strategy: Strategy, program = busy()): { executions: number; steps: number } {
  const executor = new Executor(program, 5000);
  return withAmbient(program.machine, () => {
    const sum = { executions: 0, steps: 0 };
    while (strategy.nextExecution()) {
      sum.steps += executor.run(strategy).steps;
      sum.executions++;
    }
    return sum;
  });
}

it('a strategy inside another decides the same, and is counted', () => {
  const program = busy();
  const metered = new Metered(new Dpor(program.machine, 1));
  const { executions, steps } = drain(metered, program);
  const searched = explore(busy(), { search: 'exhaustive' });
  expect([executions, steps]).toEqual([searched.executions, searched.steps]);
  expect(metered).toMatchObject({ executions, name: 'dpor(faults=1)' });
  // Every step was decided, and so was every execution that was given up instead of stepping on.
  expect(metered.decisions).toBe(steps + searched.abandoned);
  expect(metered.contested).toBeLessThan(metered.decisions);
  expect(metered.preemptions).toBeGreaterThan(0);
  expect(metered.faults).toBeGreaterThan(0);
});

it('a strategy without notices can be wrapped', () => {
  const metered = new Metered(new RandomWalk(3, 50));
  expect(drain(metered).executions).toBe(50);
  expect(metered.executions).toBe(50);
});
