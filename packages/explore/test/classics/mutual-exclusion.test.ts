import { describe, expect, it } from 'vitest';
import { dekker } from './dekker.fixture.ts';
import { peterson } from './peterson.fixture.ts';
import { everySchedule, minimalWitness, right } from './witness.fixture.ts';

describe("Peterson's algorithm", () => {
  it.each([1, 2])('keeps one of two out in every schedule of %i rounds', (rounds) => {
    expect(everySchedule(() => peterson('wants, then turn', rounds))).toMatchObject(right);
  });

  it('lets both in if the turn is given away first', () => {
    const found = minimalWitness(() => peterson('turn, then wants'));
    expect(found.violation).toMatchObject({
      code: 'MP_THREW',
      details: { received: 'Error: both are inside' },
    });
    expect([found.preemptions, found.steps]).toEqual([2, 11]);
  });
});

describe("Dekker's algorithm", () => {
  it.each([1, 2])(
    'keeps one of two out in every schedule of %i rounds',
    (rounds) => {
      expect(everySchedule(() => dekker('by turns', rounds))).toMatchObject(right);
    },
    60_000,
  );

  it('lets both in if they look before they say what they want', () => {
    const found = minimalWitness(() => dekker('look first'));
    expect(found.violation).toMatchObject({
      code: 'MP_THREW',
      details: { received: 'Error: both are inside' },
    });
    expect([found.preemptions, found.steps]).toEqual([2, 8]);
  });
});
