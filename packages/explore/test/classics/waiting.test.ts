import { describe, expect, it } from 'vitest';
import { boundedBuffer } from './bounded-buffer.fixture.ts';
import { lostWakeUp } from './lost-wake-up.fixture.ts';
import { everySchedule, minimalWitness, right } from './witness.fixture.ts';

describe('a wake-up', () => {
  it('is lost if the waiter looks before it joins the queue', () => {
    const found = minimalWitness(() => lostWakeUp('look, then join'));
    expect(found.violation).toMatchObject({
      code: 'MP_DEADLOCK',
      message: 'nobody can run: waiter waits in sleep queue',
    });
    expect([found.preemptions, found.steps]).toEqual([1, 6]);
  });

  it('is not if it joins first', () => {
    expect(everySchedule(() => lostWakeUp('join, then look'))).toMatchObject(right);
  });
});

describe('a bounded buffer', () => {
  it('is empty for a consumer that does not look again after it was woken', () => {
    const found = minimalWitness(() => boundedBuffer('if for while'));
    expect(found.violation).toMatchObject({
      code: 'MP_THREW',
      details: { received: 'Error: took from an empty buffer' },
    });
    expect([found.preemptions, found.steps]).toEqual([0, 17]);
  });

  it('goes to sleep altogether if producers and consumers wait in one queue', () => {
    const found = minimalWitness(() => boundedBuffer('one queue for both'));
    expect(found.violation.code).toBe('MP_DEADLOCK');
    expect(found.violation.message).toContain('producer waits in sleep not empty');
    expect([found.preemptions, found.steps]).toEqual([0, 23]);
  });

  it('serves everybody if it is right', () => {
    expect(everySchedule(() => boundedBuffer('right'))).toMatchObject(right);
  });
});
