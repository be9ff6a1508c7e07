import { describe, expect, it } from 'vitest';
import {
  BitLock,
  kthread,
  mutex,
  RwLock,
  rwLock,
  rwSemaphore,
  spinLock,
  word,
  type KThread,
  type Machine,
  type Op,
} from '../../src/index.ts';
import { executors, misuse, setUp, step } from '../support.ts';

/** What every exclusive lock can do. */
interface Face {
  acquire(): Op<void>;
  tryAcquire(): Op<boolean>;
  release(): Op<void>;
}

interface Kind {
  readonly name: string;
  readonly spins: boolean;
  readonly make: (machine: Machine) => Face;
}

function bitLock(machine: Machine, kind: 'spin' | 'sleep'): Face {
  return new BitLock(machine, word('flags', 0b1010).location, 0b0100, kind, 'bit', 'the lock');
}

function writeSide(lock: ReturnType<typeof rwLock>): Face {
  return {
    acquire: () => lock.writeAcquire(),
    tryAcquire: () => lock.tryWriteAcquire(),
    release: () => lock.writeRelease(),
  };
}

const KINDS: readonly Kind[] = [
  { name: 'spinLock', spins: true, make: () => spinLock('the lock') },
  { name: 'mutex', spins: false, make: () => mutex('the lock') },
  { name: 'rwLock for writing', spins: true, make: () => writeSide(rwLock('the lock')) },
  { name: 'rwSemaphore for writing', spins: false, make: () => writeSide(rwSemaphore('the lock')) },
  { name: 'spinning BitLock', spins: true, make: (machine) => bitLock(machine, 'spin') },
  { name: 'sleeping BitLock', spins: false, make: (machine) => bitLock(machine, 'sleep') },
];

/** A machine with the lock and two threads that take it, note themselves, and drop it. */
function twoTakers(make: Kind['make']) {
  const order: string[] = [];
  const { machine, parts } = setUp((built) => {
    const lock = make(built);
    function* taker(name: string): Op<void> {
      yield* lock.acquire();
      order.push(name);
      yield* lock.release();
    }
    return { one: kthread('one', {}, () => taker('one')), two: kthread('two', {}, () => taker('two')) };
  });
  return { machine, order, ...parts };
}

describe.each(KINDS)('$name', ({ make, spins }) => {
  it('keeps a second taker waiting until it is released', () => {
    const { machine, order, one, two } = twoTakers(make);
    machine.begin();
    step(machine, one, 2);
    step(machine, two);
    expect(order).toEqual(['one']);
    expect(machine.isEnabled(two)).toBe(false);
    step(machine, one);
    expect(machine.isEnabled(two)).toBe(true);
    step(machine, two, 2);
    expect(order).toEqual(['one', 'two']);
  });

  it('refuses a try while it is held, by the holder too', () => {
    const { machine, parts } = setUp(make);
    for (const { run } of executors) {
      const tries = run(machine, function* () {
        const first = yield* parts.tryAcquire();
        const second = yield* parts.tryAcquire();
        yield* parts.release();
        const third = yield* parts.tryAcquire();
        yield* parts.release();
        return [first, second, third];
      });
      expect(tries).toEqual([true, false, true]);
    }
  });

  it('is not released by who does not hold it, and the report names both places', () => {
    let holder: KThread | null = null;
    const { machine, parts } = setUp((built) => {
      const lock = make(built);
      holder = kthread('holder', {}, function* () {
        yield* lock.acquire();
        yield* lock.release();
      });
      return { thief: kthread('thief', {}, () => lock.release()) };
    });
    machine.captureSites = true;
    machine.begin();
    step(machine, holder!, 2);
    const error = misuse(() => step(machine, parts.thief, 2));
    expect(error.code).toBe('MP_UNLOCK_NOT_HELD');
    expect(error.message).toMatch(/^thief releases the lock.*, which holder holds/);
    expect(error.details.here).toContain('locks.test.ts');
    expect(error.details.there).toContain('locks.test.ts');
    expect(error.details.thereWhat).toBe('taken by holder');
  });

  it.each(executors)('is not released when nobody holds it ($name)', ({ run }) => {
    const { machine, parts } = setUp(make);
    const error = misuse(() => run(machine, () => parts.release()));
    expect(error.code).toBe('MP_UNLOCK_NOT_HELD');
    expect(error.details.received).toBe('held by nobody');
  });

  it.each(executors)('is not held by a thread that ends ($name)', ({ run }) => {
    const { machine, parts } = setUp(make);
    machine.captureSites = true;
    const error = misuse(() => run(machine, () => parts.acquire()));
    expect(error.code).toBe('MP_LOCK_LEAK');
    expect(error.message).toMatch(/^main ended while holding the lock/);
    expect(error.details.there).toContain('locks.test.ts');
  });

  it(`${spins ? 'forbids' : 'allows'} sleeping while it is held`, () => {
    const { machine, parts } = setUp((built) => ({ lock: make(built), inner: mutex('inner') }));
    function* nested(): Op<void> {
      yield* parts.lock.acquire();
      yield* parts.inner.acquire();
      yield* parts.inner.release();
      yield* parts.lock.release();
    }
    for (const { run } of executors) {
      if (!spins) {
        run(machine, nested);
        continue;
      }
      const error = misuse(() => run(machine, nested));
      expect(error.code).toBe('MP_SLEEP_IN_ATOMIC');
      expect(error.message).toMatch(/may sleep in inner while holding the lock/);
    }
  });

  it(`${spins ? 'may' : 'may not'} be taken under a spinlock`, () => {
    const { machine, parts } = setUp((built) => ({ outer: spinLock('outer'), lock: make(built) }));
    const take = () =>
      executors[0].run(machine, function* () {
        yield* parts.outer.acquire();
        yield* parts.lock.acquire();
        yield* parts.lock.release();
        yield* parts.outer.release();
      });
    if (spins) take();
    else expect(misuse(take).code).toBe('MP_SLEEP_IN_ATOMIC');
  });

  it('may be tried under a spinlock', () => {
    const { machine, parts } = setUp((built) => ({ outer: spinLock('outer'), lock: make(built) }));
    const got = executors[0].run(machine, function* () {
      yield* parts.outer.acquire();
      const taken = yield* parts.lock.tryAcquire();
      yield* parts.lock.release();
      yield* parts.outer.release();
      return taken;
    });
    expect(got).toBe(true);
  });

  it('lets sleep again once it is released', () => {
    const { machine, parts } = setUp((built) => ({ lock: make(built), later: mutex('later') }));
    const taken = executors[0].run(machine, function* () {
      yield* parts.lock.acquire();
      yield* parts.lock.release();
      yield* parts.later.acquire();
      const held = machine.current!.held.map((each) => each.lock.name);
      yield* parts.later.release();
      return held;
    });
    expect(taken).toEqual(['later']);
  });

  it('is free again at the next execution', () => {
    const { machine, one } = twoTakers(make);
    machine.begin();
    step(machine, one, 2);
    machine.begin();
    expect(one.held).toEqual([]);
    step(machine, one, 3);
    expect(one.finished).toBe(true);
  });
});

describe.each([
  { name: 'rwLock', make: rwLock },
  { name: 'rwSemaphore', make: rwSemaphore },
])('$name', ({ make }) => {
  it('has many readers or one writer', () => {
    const { machine, parts } = setUp(() => make('lock'));
    const tries = executors[0].run(machine, function* () {
      yield* parts.readAcquire();
      const reader = yield* parts.tryReadAcquire();
      const writer = yield* parts.tryWriteAcquire();
      yield* parts.readRelease();
      const stillRead = yield* parts.tryWriteAcquire();
      yield* parts.readRelease();
      const free = yield* parts.tryWriteAcquire();
      const underWriter = yield* parts.tryReadAcquire();
      yield* parts.writeRelease();
      return { reader, writer, stillRead, free, underWriter };
    });
    expect(tries).toEqual({ reader: true, writer: false, stillRead: false, free: true, underWriter: false });
  });

  it('is not released for writing by a reader', () => {
    const { machine, parts } = setUp(() => make('lock'));
    const error = misuse(() =>
      executors[0].run(machine, function* () {
        yield* parts.readAcquire();
        yield* parts.writeRelease();
      }),
    );
    expect(error.code).toBe('MP_UNLOCK_NOT_HELD');
    expect(error.details.subject).toBe('lock (write)');
  });

  it('makes a writer wait for the last reader', () => {
    const { machine, parts } = setUp(() => {
      const lock = make('lock');
      function* read(): Op<void> {
        yield* lock.readAcquire();
        yield* lock.readRelease();
      }
      return {
        first: kthread('first', {}, read),
        second: kthread('second', {}, read),
        writer: kthread('writer', {}, function* () {
          yield* lock.writeAcquire();
          yield* lock.writeRelease();
        }),
      };
    });
    const { first, second, writer } = parts;
    machine.begin();
    for (const thread of [first, second]) step(machine, thread, 2);
    step(machine, writer);
    step(machine, first);
    expect(machine.isEnabled(writer)).toBe(false);
    step(machine, second);
    step(machine, writer, 2);
    expect(writer.finished).toBe(true);
  });
});

describe('BitLock', () => {
  it('leaves the other bits of its word alone', () => {
    const { machine, parts } = setUp((built) => {
      const flags = word('flags', 0b1010);
      return { flags, lock: new BitLock(built, flags.location, 0b0100, 'sleep', 'bit', 'bit') };
    });
    const seen = executors[0].run(machine, function* () {
      yield* parts.lock.acquire();
      const held = yield* parts.flags.load();
      yield* parts.flags.fetchOr(0b0001);
      yield* parts.lock.release();
      return [held, yield* parts.flags.load()];
    });
    expect(seen).toEqual([0b1110, 0b1011]);
  });
});

describe('a reader-writer lock in a word of its user', () => {
  it('comes and goes while the machine runs, and is found when it is used after that', () => {
    const { machine } = setUp(() => null);
    const seen: unknown[] = [];
    const late = () =>
      executors[0].run(machine, function* () {
        const at = machine.allocateWords(1, () => 'object lock');
        const lock = RwLock.at(machine, at, 'object', 'lock of an object');
        yield* lock.readAcquire();
        yield* lock.readAcquire();
        seen.push(yield* lock.tryWriteAcquire());
        yield* lock.readRelease();
        yield* lock.readRelease();
        seen.push(yield* lock.tryWriteAcquire(), yield* lock.tryReadAcquire());
        yield* lock.writeRelease();
        machine.releaseWords(at, 1, 'the object was freed');
        yield* lock.readAcquire();
      });
    expect(misuse(late).code).toBe('MP_USE_AFTER_FREE');
    expect(seen).toEqual([false, true, false]);
  });
});

describe('a lock that is made late', () => {
  it.each([
    ['spinLock', spinLock],
    ['mutex', mutex],
    ['rwLock', rwLock],
    ['rwSemaphore', rwSemaphore],
  ] as const)('%s is refused, always in the same words', (_name, make) => {
    const { machine } = setUp(() => null);
    const late = () =>
      misuse(() =>
        executors[0].run(machine, function* () {
          make('late');
        }),
      );
    const first = late();
    expect(first.code).toBe('MP_LATE_LOCK');
    expect(first.message).toContain('lock late is made while an execution runs');
    expect(late().message).toBe(first.message);
  });
});
