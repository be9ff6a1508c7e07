import { describe, expect, it } from 'vitest';
import { fastCheckRuns } from '../src/fast-check-runs.ts';

const model = { pages: 1, drivers: 1, rounds: 2 };

describe('the standard model under the scheduler of fast-check', () => {
  it('never fails if it is right', async () => {
    expect(await fastCheckRuns(model, 300, 1)).toEqual({ executions: 300, failed: false });
  });

  it('fails with the planted bug', async () => {
    const { executions, failed } = await fastCheckRuns({ ...model, planted: true }, 1000, 1);
    expect(failed).toBe(true);
    expect(executions).toBeLessThan(1000);
  });
});
