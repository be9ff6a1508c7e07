import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { traceToJson } from '../../src/index.ts';
import { deadlock, race } from './bank.fixture.ts';

const root = fileURLToPath(new URL('.', import.meta.url));

describe('a counterexample as JSON', () => {
  it('names its shape, its cost, its threads and both sides', () => {
    const json = traceToJson(race(), root);
    expect(json).toMatchObject({
      schema: 'movable-pages/trace@1',
      violation: {
        kind: 'race',
        code: 'MP_DATA_RACE',
        subject: 'bank.account.balance',
        thread: 'B',
        other: { thread: 'A', what: 'A wrote it in bank.deposit' },
        valueChanged: { from: '0', to: '2' },
        hint: null,
      },
      cost: { preemptions: 0, faults: 0, steps: 5 },
      schedule: {
        segments: [
          { thread: 'A', steps: 3, until: 'end' },
          { thread: 'B', steps: 2 },
        ],
        choices: [],
      },
      threads: ['A', 'B'],
    });
    expect(json.trace.map(({ kind, thread, mark }) => [kind, thread, mark])).toEqual([
      ['note', 'A', undefined],
      ['enter', 'A', undefined],
      ['op', 'A', undefined],
      ['access', 'A', 'other'],
      ['op', 'A', undefined],
      ['leave', 'A', undefined],
      ['note', 'B', undefined],
      ['op', 'B', undefined],
      ['violation', 'B', 'failing'],
    ]);
    expect(json.trace[2]).toEqual({
      step: 2,
      thread: 'A',
      party: 'driver',
      scope: 'bank.deposit',
      kind: 'op',
      text: 'fetchAdd log +1',
      words: 'log += 1 (was 0)',
      result: '0',
      source: expect.stringMatching(/^bank\.fixture\.ts:\d+$/) as string,
    });
  });

  it('has the other threads of a deadlock, and where they wait', () => {
    const { trace } = traceToJson(deadlock(), root);
    expect(trace.slice(-2)).toMatchObject([
      { kind: 'wait', mark: 'other', text: 'waits in acquire A, held by one' },
      { kind: 'violation', mark: 'failing', text: 'waits in acquire B, held by two' },
    ]);
  });

  it('is plain data, the same twice, without a stack', () => {
    const text = JSON.stringify(traceToJson(race(), root));
    expect(JSON.parse(text)).toEqual(traceToJson(race(), root));
    expect(text).not.toMatch(/\bat .+:\d+:\d+/);
  });
});
