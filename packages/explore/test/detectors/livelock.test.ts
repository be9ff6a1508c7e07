import { relax, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, replaySchedule } from '../../src/index.ts';
import { program } from '../support.ts';

describe('an execution at its limit', () => {
  /** Each lets the other go first, for ever if both are polite. */
  const polite = (tries: number) =>
    program(() => {
      const wants = [word('wants.one'), word('wants.two')];
      function* enter(me: number): Op<void> {
        const [mine, theirs] = [wants[me]!, wants[1 - me]!];
        for (let i = 0; i < tries; i++) {
          yield* mine.store(1);
          if ((yield* theirs.load()) === 0) break;
          yield* mine.store(0);
          yield* relax();
        }
        yield* mine.store(0);
      }
      return { one: () => enter(0), two: () => enter(1) };
    });

  it('is a livelock if it does not end in turns either, and says who goes round in what', () => {
    const endless = program(() => {
      const [flag, other] = [word('flag'), word('other')];
      function* spin(): Op<void> {
        while ((yield* flag.load()) === 0) yield* other.fetchAdd(1);
      }
      return {
        *once() {
          yield* other.load();
        },
        one: spin,
        two: spin,
      };
    });
    const [found] = explore(endless, { maxSteps: 200, preemptions: 0 }).found;
    expect(found?.violation).toMatchObject({
      kind: 'livelock',
      code: 'MP_LIVELOCK',
      subject: 'one + two',
      message:
        'no end after 200 steps, and none after as many again in which all took turns; round and round go one in load flag, fetchAdd other; two in load flag, fetchAdd other',
    });
    expect(replaySchedule(endless, found!.schedule, { maxSteps: 200 }).violation?.message).toBe(
      found!.violation.message,
    );
  });

  it('is only too long if it ends in turns, and says that the schedule was unfair', () => {
    const unfair = program(() => {
      const flag = word('flag');
      return {
        *waits() {
          while ((yield* flag.load()) === 0);
        },
        *sets() {
          yield* flag.store(1);
        },
      };
    });
    const [found] = explore(unfair, { maxSteps: 100, preemptions: 0 }).found;
    expect(found?.violation).toMatchObject({
      kind: 'step-limit',
      code: 'MP_STEP_LIMIT',
      subject: 'waits',
      message: expect.stringContaining('the schedule was unfair') as string,
    });
    expect(found!.violation.details.received).toMatch(/^an end after \d+ more, in turns$/);
  });

  it('is no matter if it has a bound', () => {
    expect(explore(polite(3), { maxSteps: 200, preemptions: 4 }).found).toEqual([]);
  });

  it('does not look further than a deadlock that the turns come to', () => {
    const stuck = program(() => {
      const [flag, never] = [word('flag'), word('never')];
      return {
        *spins() {
          while ((yield* flag.load()) === 0);
          yield* never.awaitEqual(1);
        },
        *sets() {
          yield* flag.store(1);
        },
      };
    });
    const codes = explore(stuck, { maxSteps: 100, preemptions: 0 }).found.map(
      (found) => found.violation.code,
    );
    expect(codes).toContain('MP_DEADLOCK');
    expect(codes).not.toContain('MP_STEP_LIMIT');
  });
});
