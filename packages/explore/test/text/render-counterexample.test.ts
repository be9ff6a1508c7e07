import { describe, expect, it } from 'vitest';
import { renderColumns, renderCounterexample, type Found, type TraceEntry } from '../../src/index.ts';
import { deadlock, race, recursion } from './bank.fixture.ts';

/** The text without line numbers, which change with the fixture. */
function text(found: Found, width?: number): string[] {
  return renderCounterexample(found, width === undefined ? {} : { width })
    .replaceAll(/fixture\.ts:\d+/g, 'fixture.ts:N')
    .split('\n');
}

describe('a counterexample as text', () => {
  it('of a race shows both accesses with their lines, a column for each thread, callbacks as braces', () => {
    expect(text(race())).toEqual(
      `MP_DATA_RACE: B reads bank.account.balance while nothing orders it after A,
which wrote it

      A                                     B
      bank.deposit {
   2    log += 1 (was 0)
          bank.fixture.ts:N
        writes
          bank.account.balance  <-- other side
          bank.fixture.ts:N
   3    load log = 1  bank.fixture.ts:N
      }
   5                                        log += 1 (was 1)
                                              bank.fixture.ts:N
                                            reads bank.account.balance  <--
                                              bank.fixture.ts:N

expected  one lock around every access to bank.account.balance
received  B reads it and A wrote it with no common lock
changed   0 -> 2
schedule  A 3 steps, B 2 steps: no preemption, 5 steps`.split('\n'),
    );
  });

  it('of a deadlock shows who waits for whom', () => {
    expect(text(deadlock(), 90).slice(3, 10)).toEqual(
      `      one                                        two
   2  acquire A  bank.fixture.ts:N
   4                                             acquire B  bank.fixture.ts:N
                                                 waits in acquire A,
                                                   held by one  <-- other side
                                                   bank.fixture.ts:N
      waits in acquire B, held by two  <--`.split('\n'),
    );
  });

  it('marks the step that a misuse is about', () => {
    const lines = text(recursion());
    expect(lines).toContain('   2  acquire lock  <-- other side');
    expect(lines).toContain('      a waits for lock, which it holds itself; no lock here is recursive  <--');
  });

  it('says how a value changed, if that is known', () => {
    const found = race();
    const { trace } = found.counterexample;
    const violation = { ...found.violation, valueChanged: { from: '0', to: '1' } };
    expect(text({ ...found, counterexample: { ...found.counterexample, violation, trace } })).toContain(
      'changed   0 -> 1',
    );
  });

  it.each([72, 80, 120])('fits %i columns', (width) => {
    for (const found of [race(), deadlock(), recursion()])
      expect(text(found, width).filter((line) => line.length > width)).toEqual([]);
  });
});

describe('columns', () => {
  const op = (step: number, thread: string, words: string, party = 'vm'): TraceEntry => ({
    step,
    thread,
    party,
    scope: null,
    kind: 'op',
    text: words,
  });

  it('fold long stretches of background, but never a marked step', () => {
    const trace = [
      ...Array.from({ length: 12 }, (_, at) => op(at + 1, 'a', `step ${at + 1}`)),
      { ...op(13, 'a', 'step 13'), mark: 'other' as const },
      op(14, 'b', 'last', 'driver'),
    ];
    const lines = renderColumns(trace, {
      width: 60,
      sourceOf: () => null,
      isMinor: ({ party }) => party === 'vm',
    });
    expect(lines).toEqual([
      '      a                           b',
      '   1  step 1',
      '   2  step 2',
      '      ... 8 steps',
      '  11  step 11',
      '  12  step 12',
      '  13  step 13  <-- other side',
      '  14                              last  <--',
    ]);
  });
});
