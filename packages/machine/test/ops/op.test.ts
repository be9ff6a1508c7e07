import { describe, expect, it } from 'vitest';
import { isOp, spinLock, word, type MachineError, type Op } from '../../src/index.ts';
import { executors, misuse, setUp } from '../support.ts';

/** Runs a thread that is written wrongly. */
function broken(
  run: (typeof executors)[number]['run'],
  body: (parts: ReturnType<typeof build>) => Op<unknown>,
): MachineError {
  const { machine, parts } = setUp(build);
  machine.captureSites = true;
  return misuse(() => run(machine, () => body(parts)));
}

function build() {
  return { a: word('a'), b: word('b'), lock: spinLock('lock') };
}

describe.each(executors)('an operation under the $name executor', ({ run }) => {
  it('that is made and not run is caught at the next one, with the place where it was made', () => {
    const error = broken(run, function* ({ a, b }) {
      a.store(1);
      yield* b.load();
    });
    expect(error.code).toBe('MP_OP_NOT_YIELDED');
    expect(error.message).toContain('store a');
    expect(error.details.here).toContain('op.test.ts');
  });

  it('that is made and not run is caught at the end of the thread', () => {
    const error = broken(run, function* ({ lock }) {
      lock.acquire();
    });
    expect(error.code).toBe('MP_OP_NOT_YIELDED');
    expect(error.message).toContain('acquire lock');
  });

  it('that is run twice is caught', () => {
    const error = broken(run, function* ({ a }) {
      const op = a.load();
      yield* op;
      yield* op;
    });
    expect(error.code).toBe('MP_OP_YIELDED_TWICE');
  });

  it('that is run with yield for yield* is caught', () => {
    const error = broken(run, function* ({ a }) {
      yield a.load() as never;
    });
    expect(error.code).toBe('MP_YIELD_NOT_STAR');
    expect(error.message).toContain('main');
    expect(error.details.subject).toBe('load a');
  });

  it('that is a generator run with yield for yield* is caught', () => {
    const error = broken(run, function* ({ a }) {
      function* helper(): Op<void> {
        yield* a.store(1);
      }
      yield helper() as never;
    });
    expect(error.code).toBe('MP_YIELD_NOT_STAR');
  });

  it.each([1, 'text', undefined, null, [1]])('a yield of %j is no operation', (value) => {
    const error = broken(run, function* () {
      yield value as never;
    });
    expect(error.code).toBe('MP_FOREIGN_YIELD');
  });

  it('of a freed word reports the use, and the clean-up of the thread still runs', () => {
    const { machine, parts } = setUp(() => ({ lock: spinLock('lock') }));
    const error = misuse(() =>
      run(machine, function* () {
        const base = machine.allocateWords(1, () => 'buffer');
        machine.heap.release(base, 1, 'freed by main', undefined);
        yield* parts.lock.acquire();
        try {
          yield* machine.makeOp(1, base, 0, 0);
        } finally {
          yield* parts.lock.release();
        }
      }),
    );
    expect(error.code).toBe('MP_USE_AFTER_FREE');
  });
});

describe('an operation', () => {
  it('cannot be made outside a thread', () => {
    const { parts } = setUp(build);
    expect(misuse(() => parts.a.load()).code).toBe('MP_NO_THREAD');
  });

  it('leaves no trace of the one before it in its description', () => {
    const { machine } = setUp(() => null);
    const error = misuse(() =>
      executors[0].run(machine, function* () {
        yield* machine.choose('device fails', 2);
        for (;;) yield* machine.relax();
      }),
    );
    expect(error.message).toBe('nothing can run: main waits in relax');
  });
});

describe('a watched generator method', () => {
  function* helper(): Op<number> {
    return 7;
  }

  it('that is called without yield* is caught by name', () => {
    const { machine, parts } = setUp(build);
    const error = misuse(() =>
      executors[1].run(machine, function* () {
        machine.watchOp('balloon.relist()', helper());
        yield* parts.a.load();
      }),
    );
    expect(error.code).toBe('MP_OP_NOT_YIELDED');
    expect(error.message).toContain('balloon.relist()');
  });

  it('that is called without yield* as the last thing is caught too', () => {
    const { machine } = setUp(build);
    const error = misuse(() =>
      executors[1].run(machine, function* () {
        machine.watchOp('balloon.relist()', helper());
      }),
    );
    expect(error.code).toBe('MP_OP_NOT_YIELDED');
  });

  it.each(executors)('gives what it returns under the $name executor', ({ run }) => {
    const { machine } = setUp(build);
    expect(run(machine, () => machine.watchOp('helper()', helper()))).toBe(7);
  });
});

describe('isOp', () => {
  it('tells what can be run from what cannot', () => {
    function* generator(): Op<void> {}
    expect(isOp(generator())).toBe(true);
    for (const value of [true, 0, 'text', null, undefined, [], {}, Promise.resolve()])
      expect(isOp(value)).toBe(false);
  });
});
