import { word, type Op } from '@movable-pages/machine';
import type { Program } from '../../src/index.ts';
import { program } from './program.fixture.ts';

const NODES = 3;
const INDEX = 0xff;

/** A free list as Treiber made it, of nodes named by number; `counted` tells one head from an equal one later. */
export function freeList(head: 'index' | 'index and count'): Program {
  return program(() => {
    const top = word('top', 1);
    const next = Array.from({ length: NODES + 1 }, (_, node) =>
      word(`next ${node}`, (node + 1) % (NODES + 1)),
    );
    const inUse = Array.from({ length: NODES + 1 }, (_, node) => word(`in use ${node}`));
    const stamp = (seen: number) => (head === 'index' ? 0 : (seen & ~INDEX) + INDEX + 1);

    function* pop(): Op<number> {
      for (;;) {
        const seen = yield* top.load();
        const node = seen & INDEX;
        if (node === 0) return 0;
        const after = yield* next[node]!.load();
        if (!(yield* top.compareExchange(seen, after | stamp(seen)))) continue;
        if ((yield* inUse[node]!.fetchAdd(1)) !== 0) throw new Error(`node ${node} was given out twice`);
        return node;
      }
    }

    function* push(node: number): Op<void> {
      yield* inUse[node]!.fetchAdd(-1);
      for (;;) {
        const seen = yield* top.load();
        yield* next[node]!.store(seen & INDEX);
        if (yield* top.compareExchange(seen, node | stamp(seen))) return;
      }
    }

    return {
      *A(): Op<void> {
        yield* pop();
        yield* pop();
      },
      *B(): Op<void> {
        const first = yield* pop();
        yield* pop();
        yield* push(first);
      },
    };
  });
}
