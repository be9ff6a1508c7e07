import {
  choose,
  Machine,
  mutex,
  shared,
  withAmbient,
  word,
  type KThread,
  type Op,
} from '@movable-pages/machine';
import { isShorter, type Cost } from '../src/compare.ts';
import {
  Executor,
  RandomWalk,
  violationKey,
  type Outcome,
  type Program,
  type Schedule,
  type SchedulePoint,
  type Strategy,
} from '../src/index.ts';

/** mulberry32: the programs are the same in every run. */
function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % bound;
  };
}

/** Two or three threads on words, mutexes, a choice and plain state, that throw, race or deadlock in some schedules. */
export function failingProgram(seed: number): Program {
  const below = generator(seed);
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    const words = [word('x'), word('y')];
    const locks = [mutex('a'), mutex('b')];
    const state = shared({ plain: 0 });
    const actions: ((pick: number) => () => Op<void>)[] = [
      (pick) =>
        function* () {
          yield* words[pick % 2]!.store(pick);
        },
      (pick) =>
        function* () {
          if ((yield* words[pick % 2]!.load()) === pick) throw new Error(`saw ${pick}`);
        },
      (pick) =>
        function* () {
          const seen = yield* words[pick % 2]!.load();
          yield* words[pick % 2]!.store(seen + 1);
        },
      (pick) =>
        function* () {
          const [first, second] = pick % 2 === 0 ? locks : [locks[1]!, locks[0]!];
          yield* first!.acquire();
          yield* second!.acquire();
          yield* second!.release();
          yield* first!.release();
        },
      (pick) =>
        function* () {
          const lock = locks[pick % 2]!;
          yield* lock.acquire();
          state.plain = pick;
          yield* lock.release();
        },
      (pick) =>
        function* () {
          yield* words[pick % 2]!.add(1);
          state.plain = pick;
        },
      (pick) =>
        function* () {
          if ((yield* choose('fault', 2)) === 1) yield* words[pick % 2]!.store(4);
        },
    ];
    const threads = 2 + below(2);
    for (let id = 0; id < threads; id++) {
      const script = Array.from({ length: threads === 2 ? 1 + below(2) : 1 }, () =>
        actions[below(actions.length)]!(below(6)),
      );
      machine.thread(`t${id}`, {}, function* () {
        for (const action of script) yield* action();
      });
    }
  });
  machine.seal();
  return { machine, monitors: [] };
}

/** Every schedule there is, by trying whatever the last one did not: knows nothing of bounds or costs. */
class Everything implements Strategy {
  readonly name = 'everything';
  private readonly path: { options: number[]; at: number }[] = [];
  private depth = 0;
  private started = false;
  private faults = 0;

  nextExecution(): boolean {
    this.depth = 0;
    this.faults = 0;
    if (!this.started) return (this.started = true);
    while (this.path.length > 0 && ++this.path.at(-1)!.at >= this.path.at(-1)!.options.length)
      this.path.pop();
    return this.path.length > 0;
  }

  nextThread(point: SchedulePoint): number {
    return this.pick([...point.enabled.subarray(0, point.count)]);
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    const answer = this.pick(this.faults > 0 ? [0] : [...Array(alternatives).keys()]);
    if (answer !== 0) this.faults++;
    return answer;
  }

  private pick(options: number[]): number {
    const node = (this.path[this.depth++] ??= { options, at: 0 });
    return node.options[node.at]!;
  }
}

/** The cheapest execution of each violation among all there are, or null if there are too many to run. */
export function cheapest(program: Program, limit: number): Map<string, Cost> | null {
  return withAmbient(program.machine, () => {
    const executor = new Executor(program, 1000);
    const all = new Everything();
    const best = new Map<string, Cost>();
    for (let run = 0; all.nextExecution(); run++) {
      if (run === limit) return null;
      const outcome = executor.run(all);
      if (outcome.violation === null) continue;
      const key = violationKey(outcome.violation);
      const known = best.get(key);
      if (known === undefined || isShorter(outcome, known)) best.set(key, outcome);
    }
    return best;
  });
}

/** Failing executions of random walks: the worst witness of each violation. */
export function clumsy(program: Program, seed: number): { schedule: Schedule; outcome: Outcome }[] {
  return withAmbient(program.machine, () => {
    const executor = new Executor(program, 1000);
    const walk = new RandomWalk(seed, 60, 1);
    const worst = new Map<string, { schedule: Schedule; outcome: Outcome }>();
    while (walk.nextExecution()) {
      const outcome = executor.run(walk);
      if (outcome.violation === null) continue;
      const key = violationKey(outcome.violation);
      const known = worst.get(key);
      if (known === undefined || isShorter(known.outcome, outcome))
        worst.set(key, { schedule: executor.schedule(), outcome });
    }
    return [...worst.values()];
  });
}
