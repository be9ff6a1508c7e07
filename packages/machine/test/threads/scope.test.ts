import { describe, expect, it } from 'vitest';
import { completion, MayBlock, mutex, spinLock, word, type Machine, type Op } from '../../src/index.ts';
import { executors, misuse, setUp } from '../support.ts';

function build() {
  return { outer: mutex('outer'), inner: mutex('inner'), spin: spinLock('spin'), done: completion('done') };
}

type Parts = ReturnType<typeof build>;

describe.each(executors)('a scope under the $name executor', ({ run }) => {
  /** Runs `body` in a callback that was entered with `outer` held. */
  function callback(mayBlock: MayBlock, body: (parts: Parts) => Op<unknown>, mayKeepLocks = false): unknown {
    const { machine, parts } = setUp(build);
    machine.captureSites = true;
    return run(machine, function* () {
      yield* parts.outer.acquire();
      machine.enterScope('driver', 'balloon.isolatePage', mayBlock, mayKeepLocks);
      const result = yield* body(parts);
      machine.leaveScope();
      if (mayKeepLocks) yield* parts.inner.release();
      yield* parts.outer.release();
      return result;
    });
  }

  it("may not drop its caller's lock", () => {
    const error = misuse(() => callback(MayBlock.yes, ({ outer }) => outer.release()));
    expect(error.code).toBe('MP_PINNED_LOCK_DROPPED');
    expect(error.message).toContain('balloon.isolatePage releases outer');
    expect(error.details.here).toContain('scope.test.ts');
    expect(error.details.there).toContain('scope.test.ts');
    expect(error.details.here).not.toBe(error.details.there);
  });

  it('may not return with a lock of its own', () => {
    const error = misuse(() => callback(MayBlock.yes, ({ inner }) => inner.acquire()));
    expect(error.code).toBe('MP_LOCK_LEAK');
    expect(error.message).toContain('balloon.isolatePage returns holding inner');
    expect(error.details.there).toContain('scope.test.ts');
  });

  it('may return with a lock if it is there to hand one out', () => {
    expect(() => callback(MayBlock.yes, ({ inner }) => inner.acquire(), true)).not.toThrow();
  });

  it('takes and drops locks of its own in any order', () => {
    const give = callback(MayBlock.yes, function* ({ inner, spin }) {
      yield* inner.acquire();
      yield* spin.acquire();
      yield* inner.release();
      yield* spin.release();
      return 'fine';
    });
    expect(give).toBe('fine');
  });

  it('may not return with an operation that was not run', () => {
    const error = misuse(() =>
      callback(MayBlock.yes, function* ({ inner }) {
        inner.tryAcquire();
      }),
    );
    expect(error.code).toBe('MP_OP_NOT_YIELDED');
  });

  const waits = {
    'a sleeping lock': ({ inner }: Parts) => inner.acquire(),
    'an event': ({ done }: Parts) => done.wait(),
  };

  it.each([
    { mode: 'no', mayBlock: MayBlock.no, what: 'a sleeping lock', says: 'must not sleep' },
    { mode: 'no', mayBlock: MayBlock.no, what: 'an event', says: 'must not sleep' },
    { mode: 'onLocks', mayBlock: MayBlock.onLocks, what: 'an event', says: 'may sleep on locks only' },
  ] as const)('that may block $mode may not wait for $what', ({ mayBlock, what, says }) => {
    const error = misuse(() => callback(mayBlock, waits[what]));
    expect(error.code).toBe('MP_SLEEP_IN_CALLBACK');
    expect(error.details.expected).toBe(`balloon.isolatePage ${says}`);
  });

  it('that may block on locks may wait for one', () => {
    const give = callback(MayBlock.onLocks, function* ({ inner }) {
      yield* inner.acquire();
      yield* inner.release();
      return 'fine';
    });
    expect(give).toBe('fine');
  });

  it('that may not block may try a sleeping lock and take a spinlock', () => {
    const give = callback(MayBlock.no, function* ({ inner, spin }) {
      const taken = yield* inner.tryAcquire();
      yield* inner.release();
      yield* spin.acquire();
      yield* spin.release();
      return taken;
    });
    expect(give).toBe(true);
  });

  it('never may more than the one around it', () => {
    const { machine, parts } = setUp(build);
    const error = misuse(() =>
      run(machine, function* () {
        machine.enterScope('driver', 'outer callback', MayBlock.no);
        expect(machine.enterScope('user', 'inner callback', MayBlock.yes).mayBlock).toBe(MayBlock.no);
        yield* parts.done.wait();
      }),
    );
    expect(error.code).toBe('MP_SLEEP_IN_CALLBACK');
  });

  it('gives back what the one around it might', () => {
    const { machine, parts } = setUp(build);
    const waited = run(machine, function* () {
      machine.enterScope('driver', 'callback', MayBlock.no);
      machine.leaveScope();
      yield* parts.done.complete();
      return yield* parts.done.wait();
    });
    expect(waited).toBe(true);
  });
});

describe('a scope', () => {
  it('says whose references are taken inside', () => {
    const { machine, parts } = setUp((built: Machine) => ({ object: word('object').location, built }));
    const holders = executors[0].run(machine, function* () {
      machine.noteReference(parts.object, 1);
      machine.enterScope('driver', 'callback', MayBlock.yes);
      machine.noteReference(parts.object, 2);
      machine.enterScope('vm', 'allocator', MayBlock.yes);
      machine.noteReference(parts.object, 4);
      machine.leaveScope();
      machine.leaveScope();
      machine.noteReference(parts.object, -1);
      return Object.fromEntries(machine.ledger.holders(parts.object));
    });
    expect(holders).toEqual({ driver: 2, vm: 4 });
  });
});
