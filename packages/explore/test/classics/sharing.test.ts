import { describe, expect, it } from 'vitest';
import { freeList } from './aba.fixture.ts';
import { doubleChecked } from './double-checked.fixture.ts';
import { tornCopy } from './torn-copy.fixture.ts';
import { everySchedule, minimalWitness, right } from './witness.fixture.ts';

describe('double-checked initialisation', () => {
  it('races on the value if the flag is set before it', () => {
    const found = minimalWitness(() => doubleChecked('flag, then value'));
    expect(found.violation.code).toBe('MP_DATA_RACE');
    expect(found.violation.message).toMatch(/reads .*value while nothing orders it after \w, which wrote it/);
    expect([found.preemptions, found.steps]).toEqual([0, 8]);
  });

  it('races on a flag that is no atomic word', () => {
    const found = minimalWitness(() => doubleChecked('plain flag'));
    expect(found.violation.code).toBe('MP_DATA_RACE');
    expect(found.violation.message).toMatch(/reads .*ready while nothing orders it after \w, which wrote it/);
    expect([found.preemptions, found.steps]).toEqual([0, 4]);
  });

  it('is right if the flag is atomic and comes last', () => {
    expect(everySchedule(() => doubleChecked('value, then flag'))).toMatchObject(right);
  });
});

describe('a free list without locks', () => {
  it('gives a node out twice if its head can become what it was', () => {
    const found = minimalWitness(() => freeList('index'));
    expect(found.violation).toMatchObject({
      code: 'MP_THREW',
      details: { received: 'Error: node 2 was given out twice' },
    });
    expect([found.preemptions, found.steps]).toEqual([1, 22]);
  });

  it('does not if the head counts its changes', () => {
    expect(everySchedule(() => freeList('index and count'))).toMatchObject(right);
  });
});

describe('a copy beside a write', () => {
  it('is torn', () => {
    const found = minimalWitness(() => tornCopy('nothing'));
    expect(found.violation).toMatchObject({ code: 'MP_THREW', thread: 'check' });
    expect(found.violation.message).toMatch(/the copy is torn: (0 and 1|1 and 0)/);
    expect([found.preemptions, found.steps]).toEqual([1, 11]);
  });

  it('is whole under a lock', () => {
    expect(everySchedule(() => tornCopy('a lock'))).toMatchObject(right);
  });
});
