import {
  blockedThreads,
  completion,
  Machine,
  mutex,
  now,
  relax,
  rwLock,
  shared,
  waitQueue,
  word,
  yieldNow,
  type KThread,
  type Op,
} from '@movable-pages/machine';
import { explore, Monitor, type ExecutionEnd } from '../src/index.ts';

/** mulberry32: the programs are the same in every run. */
export function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

type Action = (seen: number[]) => Op<void>;

/** Collects what each thread saw, and how everything ended. */
export class Endings extends Monitor {
  readonly local = new Set<string>();
  readonly whole = new Set<string>();
  readonly seen: number[][] = [];

  constructor(private readonly machine: Machine) {
    super();
  }

  override begin(): void {
    for (const seen of this.seen) seen.length = 0;
  }

  override end(end: ExecutionEnd): void {
    if (end === 'abandoned') return;
    const stuck = blockedThreads(this.machine).map((thread: KThread) => thread.id);
    this.seen.forEach((seen, thread) =>
      this.local.add(`${thread}:${seen.join(',')}${stuck.includes(thread) ? ' stuck' : ''}`),
    );
    this.whole.add(
      `${this.seen.map((seen) => seen.join(',')).join(' | ')} # ${this.machine.stateText()} # ${stuck.join(',')}`,
    );
  }
}

/** What a random program is made of besides words, locks, waits and choices. */
export type Flavour = 'plain' | 'spinning' | 'none';

/**
 * A random program of two or three threads on two words, two mutexes, a reader-writer lock, a completion and a wait queue;
 * with plain accesses to one tracked value, locked or not, or with spinning and giving way.
 */
function randomProgram(seed: number, flavour: Flavour = 'none') {
  const below = generator(seed);
  const machine = new Machine({ words: 64 });
  const endings = new Endings(machine);
  machine.construct(() => {
    const words = [word('x'), word('y')];
    const locks = [mutex('a'), mutex('b')];
    const done = completion('done');
    const queue = waitQueue('queue');
    const both = rwLock('both');
    const state = shared({ n: 0 });
    const actions: ((pick: number) => Action)[] = [
      (pick) =>
        function* (seen) {
          seen.push(yield* words[pick % 2]!.load());
        },
      (pick) =>
        function* () {
          yield* words[pick % 2]!.store(pick + 1);
        },
      (pick) =>
        function* (seen) {
          seen.push(yield* words[pick % 2]!.fetchAdd(1));
        },
      (pick) =>
        function* (seen) {
          seen.push(Number(yield* words[pick % 2]!.compareExchange(pick % 3, 7)));
        },
      (pick) =>
        function* (seen) {
          const lock = locks[pick % 2]!;
          yield* lock.acquire();
          seen.push(yield* words[pick % 2]!.fetchAdd(1));
          yield* lock.release();
        },
      (pick) =>
        function* (seen) {
          const [first, second] = pick % 2 === 0 ? locks : [locks[1]!, locks[0]!];
          yield* first!.acquire();
          yield* second!.acquire();
          seen.push(yield* words[0]!.load());
          yield* second!.release();
          yield* first!.release();
        },
      (pick) =>
        function* (seen) {
          const lock = locks[pick % 2]!;
          const had = yield* lock.tryAcquire();
          seen.push(Number(had));
          if (had) {
            yield* words[pick % 2]!.store(9);
            yield* lock.release();
          }
        },
      (pick) =>
        function* () {
          yield* words[pick % 2]!.add(1 + pick);
        },
      () =>
        function* (seen) {
          seen.push(yield* now());
        },
      (pick) =>
        function* (seen) {
          if (yield* locks[pick % 2]!.tryAcquire()) {
            seen.push(yield* words[pick % 2]!.load());
            yield* locks[pick % 2]!.release();
          } else yield* yieldNow();
        },
      () =>
        function* () {
          yield* done.complete();
        },
      (pick) =>
        function* (seen) {
          seen.push(Number(yield* done.wait(pick % 2 === 0 ? 5 : 0)));
        },
      () =>
        function* (seen) {
          yield* queue.prepareToWait();
          seen.push(yield* words[0]!.load());
          seen.push(Number(yield* queue.sleep(3)));
        },
      () =>
        function* (seen) {
          seen.push(yield* queue.wakeUp());
        },
      () =>
        function* (seen) {
          seen.push(yield* machine.choose('fault', 2));
        },
    ];
    if (flavour === 'spinning') {
      actions.push(
        () =>
          function* () {
            while ((yield* words[1]!.load()) === 0) yield* relax();
          },
        () =>
          function* () {
            yield* words[1]!.store(1);
          },
        () =>
          function* () {
            yield* yieldNow();
          },
      );
    }
    if (flavour === 'plain') {
      actions.push(
        (pick) =>
          function* (seen) {
            yield* locks[0]!.acquire();
            seen.push(state.n);
            state.n = pick;
            yield* locks[0]!.release();
          },
        (pick) =>
          function* (seen) {
            yield* both.readAcquire();
            seen.push(yield* words[pick % 2]!.load());
            yield* both.readRelease();
          },
        (pick) =>
          function* () {
            yield* both.writeAcquire();
            yield* words[pick % 2]!.add(1);
            yield* both.writeRelease();
          },
      );
      if (below(2) === 0) {
        const bare = (pick: number): Action =>
          function* (seen) {
            if (pick > 2) seen.push(Number(yield* words[1]!.incrementUnlessZero()));
            else yield* words[1]!.add(1);
            if (pick % 2 === 0) state.n = pick;
            else seen.push(state.n);
          };
        actions.push(bare, bare, bare, bare);
      }
    }
    const threads = 2 + below(2);
    const length = threads === 2 ? 4 : 2;
    for (let id = 0; id < threads; id++) {
      const seen: number[] = [];
      endings.seen.push(seen);
      const script = Array.from({ length: 1 + below(length) }, () =>
        actions[below(actions.length)]!(below(6)),
      );
      machine.thread(`t${id}`, {}, function* (): Op<void> {
        for (const action of script) yield* action(seen);
      });
    }
  });
  machine.seal();
  // A deadlock is left to be seen at the end: how far the others came by then is part of an ending.
  return { program: { machine, monitors: [endings], partialDeadlocks: false }, endings };
}

/** Searches a random program, collecting every ending. */
export function search(
  seed: number,
  preemptions: number,
  naive: boolean,
  maxExecutions = 60_000,
  flavour: Flavour = 'none',
) {
  const { program, endings } = randomProgram(seed, flavour);
  const result = explore(program, {
    search: preemptions === Infinity ? 'exhaustive' : 'bounded',
    from: preemptions,
    preemptions,
    faults: 1,
    naive,
    maxExecutions,
    maxSteps: 600,
    afterFirst: Infinity,
    shorten: false,
    sampled: 0,
    endings: false,
  });
  return { endings, result };
}
