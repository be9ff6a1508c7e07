import { randomBytes, randomUUID } from 'node:crypto';
import { setImmediate as importedImmediate } from 'node:timers';
import { performance as performanceOfNode } from 'node:perf_hooks';
import { random, word, type Machine } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore, Monitor, replaySchedule } from '../../src/index.ts';
import { program } from '../support.ts';

const asking = (ask: (machine: Machine) => unknown) =>
  program((machine) => {
    const x = word('x');
    return {
      *thread() {
        yield* x.load();
        ask(machine);
        yield* x.store(1);
      },
    };
  });

const questions: [string, () => unknown][] = [
  ['Date.now()', () => Date.now()],
  ['new Date()', () => new Date()],
  ['Date()', () => Date()],
  ['Math.random()', () => Math.random()],
  ['performance.now()', () => performance.now()],
  ['performance.now()', () => performanceOfNode.now()],
  ['process.hrtime()', () => process.hrtime()],
  ['process.hrtime.bigint()', () => process.hrtime.bigint()],
  ['crypto.getRandomValues()', () => crypto.getRandomValues(new Uint8Array(1))],
  ['crypto.randomUUID()', () => crypto.randomUUID()],
  ['crypto.randomBytes()', () => randomBytes(4)],
  ['crypto.randomUUID()', () => randomUUID()],
  ['setTimeout()', () => setTimeout(() => {}, 0)],
  ['setImmediate()', () => importedImmediate(() => {})],
  ['queueMicrotask()', () => queueMicrotask(() => {})],
  ['process.nextTick()', () => process.nextTick(() => {})],
  ['a promise', () => Promise.resolve()],
  ['a promise', () => void (async () => {})()],
];

describe('a thread that asks the host', () => {
  it.each(questions)('for %s is reported, with the place', (what, ask) => {
    const { found } = explore(asking(ask));
    expect(found).toHaveLength(1);
    expect(found[0]!.violation).toMatchObject({
      kind: 'non-determinism',
      code: 'MP_NON_DETERMINISTIC',
      subject: what,
      thread: 'thread',
    });
    expect(found[0]!.violation.details.here).toContain('host-traps.test.ts');
  });

  it('is reported even if it catches what is thrown', () => {
    const sly = asking(() => {
      try {
        return Math.random();
      } catch {
        return 0;
      }
    });
    expect(explore(sly).found[0]?.violation.code).toBe('MP_NON_DETERMINISTIC');
  });

  it('is reported in a replay as well', () => {
    const asks = asking(() => Math.random());
    const [found] = explore(asks).found;
    expect(replaySchedule(asks, found!.schedule).violation?.code).toBe('MP_NON_DETERMINISTIC');
  });

  it('may ask the machine, and for a date that depends on nothing', () => {
    const fine = asking(() => [random(6), new Date(0).getTime(), Date.UTC(2020, 1), Math.max(1, 2)]);
    expect(explore(fine).found).toEqual([]);
  });

  it('may ask if the program says so', () => {
    expect(explore({ ...asking(() => performance.now()), hostTraps: false }).found).toEqual([]);
  });
});

describe('the host', () => {
  const look = () =>
    [
      [globalThis, 'Date'],
      [Date, 'now'],
      [Math, 'random'],
      [performance, 'now'],
      [crypto, 'getRandomValues'],
      [process, 'hrtime'],
    ].map(([holder, name]) => Reflect.getOwnPropertyDescriptor(holder as object, name as string));

  it('is as it was after a search, and after one that threw', () => {
    const before = look();
    const bytes = randomBytes;
    explore(asking(() => 0));
    expect(look()).toEqual(before);
    class Broken extends Monitor {
      override begin(): void {
        throw new Error('a broken monitor');
      }
    }
    expect(() => explore({ ...asking(() => 0), monitors: [new Broken()] })).toThrow('a broken monitor');
    expect(look()).toEqual(before);
    expect(randomBytes).toBe(bytes);
    expect(new Date()).toBeInstanceOf(Date);
  });

  it('answers whoever is no thread', () => {
    const seen: unknown[] = [];
    class Clock extends Monitor {
      override begin(): void {
        seen.push(Date.now(), Math.random(), new Date() instanceof Date);
      }
    }
    expect(explore({ ...asking(() => 0), monitors: [new Clock()] }).found).toEqual([]);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen[2]).toBe(true);
  });
});
