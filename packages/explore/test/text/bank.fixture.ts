import { Machine, MayBlock, mutex, shared, word, type Op } from '@movable-pages/machine';
import { explore, type Found } from '../../src/index.ts';

function firstOf(build: (machine: Machine) => Record<string, () => Op<unknown>>): Found {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    for (const [name, body] of Object.entries(build(machine))) machine.thread(name, {}, body);
  });
  machine.seal();
  return explore({ machine, monitors: [] }).found[0]!;
}

/** A lost update on tracked state, inside what stands for a callback. */
export function race(): Found {
  return firstOf((machine) => {
    const bank = { account: shared({ balance: 0 }) };
    machine.adopt(bank, 'bank');
    const log = word('log');
    function* deposit(): Op<void> {
      yield* log.fetchAdd(1);
      bank.account.balance++;
      yield* log.load();
    }
    return {
      *A(): Op<void> {
        machine.enterScope('driver', 'bank.deposit', MayBlock.yes);
        yield* deposit();
        machine.leaveScope();
      },
      B: deposit,
    };
  });
}

/** Two locks in two orders. */
export function deadlock(): Found {
  return firstOf(() => {
    const [a, b] = [mutex('A'), mutex('B')];
    function* both(first: typeof a, second: typeof a): Op<void> {
      yield* first.acquire();
      yield* second.acquire();
      yield* second.release();
      yield* first.release();
    }
    return { one: () => both(a, b), two: () => both(b, a) };
  });
}

/** A lock taken twice by its holder. */
export function recursion(): Found {
  return firstOf(() => {
    const lock = mutex('lock');
    return {
      *a(): Op<void> {
        yield* lock.acquire();
        yield* lock.acquire();
      },
    };
  });
}
