import { describe, expect, it } from 'vitest';
import { abba } from './abba.fixture.ts';
import { philosophers } from './philosophers.fixture.ts';
import { everySchedule, minimalWitness, right } from './witness.fixture.ts';

describe('two locks', () => {
  it('taken in two orders deadlock, and the cycle is named', () => {
    const found = minimalWitness(() => abba('A B and B A'));
    expect(found.violation).toMatchObject({
      code: 'MP_DEADLOCK',
      message: 'nobody can run: one waits in acquire B, held by two; two waits in acquire A, held by one',
    });
    expect([found.preemptions, found.steps]).toEqual([1, 4]);
  });

  it('taken in one order do not', () => {
    expect(everySchedule(() => abba('A B and A B'))).toMatchObject(right);
  });
});

describe('dining philosophers', () => {
  it('deadlock, and the cycle goes round the table', () => {
    const found = minimalWitness(() => philosophers('the left fork'));
    expect(found.violation.code).toBe('MP_DEADLOCK');
    for (const seat of [0, 1, 2]) {
      const next = (seat + 1) % 3;
      expect(found.violation.message).toContain(
        `philosopher ${seat} waits in acquire fork ${next}, held by philosopher ${next}`,
      );
    }
    expect([found.preemptions, found.steps]).toEqual([1, 6]);
  });

  it('dine if all take the lower fork first', () => {
    expect(everySchedule(() => philosophers('the lower fork'))).toMatchObject(right);
  });
});
