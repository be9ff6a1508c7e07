import { describe, expect, it } from 'vitest';
import {
  choose,
  join,
  kthread,
  OpKind,
  opKindName,
  relax,
  spawn,
  word,
  yieldNow,
  type Op,
  type Word,
} from '../../src/index.ts';
import { executors, setUp } from '../support.ts';

interface Case {
  readonly what: string;
  readonly initial: number;
  readonly op: (word: Word) => Op<unknown>;
  readonly gives: unknown;
  readonly after: number;
}

const CASES: readonly Case[] = [
  { what: 'load', initial: 5, op: (w) => w.load(), gives: 5, after: 5 },
  { what: 'store', initial: 5, op: (w) => w.store(-7), gives: undefined, after: -7 },
  { what: 'fetchAdd', initial: 5, op: (w) => w.fetchAdd(-6), gives: 5, after: -1 },
  { what: 'add', initial: 5, op: (w) => w.add(2), gives: undefined, after: 7 },
  { what: 'fetchOr', initial: 0b0101, op: (w) => w.fetchOr(0b0110), gives: 0b0101, after: 0b0111 },
  { what: 'fetchAnd', initial: 0b0101, op: (w) => w.fetchAnd(0b0110), gives: 0b0101, after: 0b0100 },
  {
    what: 'compareExchange that hits',
    initial: 5,
    op: (w) => w.compareExchange(5, 9),
    gives: true,
    after: 9,
  },
  {
    what: 'compareExchange that misses',
    initial: 5,
    op: (w) => w.compareExchange(4, 9),
    gives: false,
    after: 5,
  },
  { what: 'incrementUnlessZero of 5', initial: 5, op: (w) => w.incrementUnlessZero(), gives: true, after: 6 },
  {
    what: 'incrementUnlessZero of 0',
    initial: 0,
    op: (w) => w.incrementUnlessZero(),
    gives: false,
    after: 0,
  },
  { what: 'awaitEqual of what is', initial: 5, op: (w) => w.awaitEqual(5), gives: true, after: 5 },
  {
    what: 'awaitEqual under a mask',
    initial: 0b1101,
    op: (w) => w.awaitEqual(0b100, 0b110),
    gives: true,
    after: 0b1101,
  },
  {
    what: 'awaitEqual that times out',
    initial: 5,
    op: (w) => w.awaitEqual(6, -1, 3),
    gives: false,
    after: 5,
  },
  {
    what: 'fetchAdd across 32 bits',
    initial: 0x7fffffff,
    op: (w) => w.fetchAdd(1),
    gives: 0x7fffffff,
    after: -0x80000000,
  },
];

describe.each(executors)('operations under the $name executor', ({ run }) => {
  it.each(CASES)('$what gives $gives and leaves $after', ({ initial, op, gives, after }) => {
    const { machine, parts } = setUp(() => word('w', initial));
    expect(run(machine, () => op(parts))).toBe(gives);
    expect(parts.peek()).toBe(after);
  });

  it('answers every choice with 0', () => {
    const { machine } = setUp(() => null);
    expect(run(machine, () => choose('device fails', 3))).toBe(0);
  });

  it('spawns a thread of the party that runs, and joins it', () => {
    const { machine, parts } = setUp(() => word('w'));
    const child = run(machine, function* () {
      const thread = yield* spawn('child', () => parts.store(4));
      yield* join(thread);
      expect(parts.peek()).toBe(4);
      return thread;
    });
    expect(child).toMatchObject({ name: 'child', party: 'user', finished: true });
  });

  it('gives two spawned threads of one name different names', () => {
    const { machine } = setUp(() => null);
    const names = run(machine, function* () {
      const first = yield* spawn('child', () => yieldNow());
      const second = yield* spawn('child', () => yieldNow());
      return [first.name, second.name];
    });
    expect(names).toEqual(['child', 'child#2']);
  });

  it('lets a spinning thread go on once another has stepped', () => {
    const { machine, parts } = setUp(() => {
      const flag = word('flag');
      kthread('setter', {}, () => flag.store(1));
      return flag;
    });
    const turns = run(machine, function* () {
      let n = 0;
      while ((yield* parts.load()) === 0) {
        n++;
        yield* relax();
      }
      return n;
    });
    expect(turns).toBeLessThanOrEqual(1);
  });
});

describe('opKindName', () => {
  it('names every kind', () => {
    const names = Object.values(OpKind).map((kind) => opKindName(kind));
    expect(names).toEqual(Object.keys(OpKind));
  });
});
