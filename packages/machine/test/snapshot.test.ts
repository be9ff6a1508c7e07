import { describe, expect, it } from 'vitest';
import {
  completion,
  freeShared,
  kthread,
  Machine,
  mutex,
  shared,
  spinLock,
  waitQueue,
  withAmbient,
  word,
  workQueue,
  type KThread,
  type Op,
} from '../src/index.ts';
import { numbers } from './support.ts';

/** A machine with something of everything, and threads that do with it whatever chance says. */
function menagerie() {
  const machine = new Machine({ words: 2048 });
  const dice = { roll: numbers(0) };
  const root = machine.construct(() => {
    const words = [word('a', 3), word('b', -1), word('c')];
    const state = shared({
      n: 0,
      list: [1, 2, 3],
      map: new Map([['x', { y: 1 }]]),
      set: new Set(['p']),
      freed: false,
      spare: { z: 1 },
    });
    const spin = spinLock('spin');
    const lock = mutex('lock');
    const done = completion('done');
    const queue = waitQueue('queue');
    const works = workQueue('works');
    const work = works.work('work', () => words[2]!.fetchAdd(1));
    machine.ledger.note(words[0]!.location, 'vm', 1);

    function* act(): Op<void> {
      const at = words[dice.roll(words.length)]!;
      switch (dice.roll(14)) {
        case 0:
          yield* at.fetchAdd(dice.roll(9));
          break;
        case 1:
          yield* at.compareExchange(at.peek(), dice.roll(9));
          break;
        case 2:
          yield* lock.acquire();
          state.n++;
          yield* lock.release();
          break;
        case 3:
          yield* spin.acquire();
          state.list.push(dice.roll(9));
          if (state.list.length > 5) state.list.shift();
          yield* spin.release();
          break;
        case 4:
          state.map.delete('x');
          state.map.set(`k${dice.roll(4)}`, shared({ y: dice.roll(9) }));
          break;
        case 5:
          state.set.add(`m${dice.roll(5)}`);
          break;
        case 6:
          yield* done.complete();
          break;
        case 7:
          yield* done.wait(1 + dice.roll(3));
          break;
        case 8:
          yield* queue.prepareToWait(dice.roll(2) === 1);
          yield* queue.sleep(1 + dice.roll(3));
          break;
        case 9:
          yield* queue.wakeUpAll();
          break;
        case 10:
          yield* works.queueWork(work);
          break;
        case 11: {
          const base = machine.allocateWords(1 + dice.roll(4), () => 'late');
          machine.writeWord(base, dice.roll(9));
          if (dice.roll(2) === 1) machine.heap.release(base, 1, 'freed', undefined);
          break;
        }
        case 12:
          machine.noteReference(at.location, dice.roll(3) - 1);
          break;
        default:
          if (!state.freed) {
            state.freed = true;
            state.spare.z++;
            freeShared(state.spare);
          }
          yield* machine.yieldNow();
      }
    }
    for (const name of ['one', 'two', 'three']) {
      kthread(name, {}, function* () {
        for (let n = 0; n < 12; n++) yield* act();
      });
    }
    return { words, state };
  });
  machine.seal();
  return { machine, root, dice };
}

type Menagerie = ReturnType<typeof menagerie>;

/** Everything that must be the same at the beginning of every execution. */
function picture({ machine, root }: Menagerie) {
  return {
    words: [...machine.words],
    locations: machine.heap.locations,
    shared: machine.space.fingerprint(root.state),
    holders: root.words.map((each) => [...machine.ledger.holders(each.location)]),
    clock: [machine.steps, machine.ticks, machine.tickets, machine.threadCount],
    threads: machine.threads.map((thread) => [
      thread.name,
      thread.finished,
      thread.held.length,
      thread.steps,
      thread.waitLoc,
    ]),
  };
}

/** One execution, threads and schedule both by chance, perhaps left in the middle, and the log of who did what. */
function runAtRandom({ machine, dice }: Menagerie, seed: number): string[] {
  const next = numbers(seed);
  dice.roll = next;
  const log: string[] = [];
  withAmbient(machine, () => {
    const limit = next(4) === 0 ? next(60) : 2000;
    while (log.length < limit) {
      const able = machine.threads.filter((thread: KThread) => machine.isEnabled(thread));
      if (able.length === 0) break;
      const thread = able[next(able.length)]!;
      log.push(`${thread.name} ${machine.describeOp(thread)}`);
      machine.step(thread);
      if (thread.error !== undefined) {
        log.push(String(thread.error));
        break;
      }
    }
  });
  return log;
}

describe('begin', () => {
  it('restores everything, whatever the execution before did', () => {
    const animals = menagerie();
    animals.machine.begin();
    const before = picture(animals);
    let changed = 0;
    let completed = 0;
    for (let seed = 1; seed <= 150; seed++) {
      runAtRandom(animals, seed);
      if (animals.machine.threads.slice(1).every((thread) => thread.finished)) completed++;
      if (JSON.stringify(picture(animals)) !== JSON.stringify(before)) changed++;
      animals.machine.begin();
      expect(picture(animals), `after seed ${seed}`).toEqual(before);
    }
    expect(changed).toBeGreaterThan(140);
    expect(completed).toBeGreaterThan(50);
  });

  it('makes the same schedule do the same, first time and hundredth', () => {
    const animals = menagerie();
    const logs: string[][] = [];
    for (const seed of [7, 1, 2, 3, 4, 5, 7]) {
      animals.machine.begin();
      logs.push(runAtRandom(animals, seed));
    }
    expect(logs.at(-1)).toEqual(logs[0]);
    expect(new Set(logs.map((log) => log.join('\n'))).size).toBe(6);
    const fresh = menagerie();
    fresh.machine.begin();
    expect(runAtRandom(fresh, 7)).toEqual(logs[0]);
  });

  it('seals a machine that nobody sealed, after which nothing is declared', () => {
    const machine = new Machine({ words: 64 });
    machine.begin();
    expect(machine.sealed).toBe(true);
    expect(() => machine.construct(() => word('late'))).toThrow('made while an execution runs');
  });
});
