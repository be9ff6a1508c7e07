import { kthread, spinLock, withAmbient, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { Executor, explore, RandomWalk } from '@movable-pages/explore';
import { copyPage, type Kernel, type Page } from '../../src/index.ts';
import { misuse, runVm, smallKernel } from '../support.ts';

const LAST = 15;

/** A writer that changes the first and the last word of a page together, and a copier of the page. */
function program(locked: boolean, check: (copy: Page) => void) {
  const kernel = smallKernel({ nodes: [2] });
  kernel.machine.refusedChoices = new Set(['page allocation fails']);
  kernel.machine.construct(() => {
    const lock = spinLock('content lock');
    function* held(kernelLocked: boolean, body: () => Op<void>): Op<void> {
      if (kernelLocked) yield* lock.acquire();
      yield* body();
      if (kernelLocked) yield* lock.release();
    }
    kthread('copier', {}, function* () {
      const source = (yield* kernel.allocator.allocPage())!;
      const target = (yield* kernel.allocator.allocPage())!;
      const writer = yield* kernel.machine.spawn('writer', () =>
        held(locked, function* () {
          source.writeWord(0, 7);
          source.writeWord(LAST, 7);
        }),
      );
      yield* held(locked, () => copyPage(target, source));
      yield* kernel.machine.join(writer);
      check(target);
    });
  });
  kernel.machine.seal();
  return { machine: kernel.machine, monitors: [] };
}

describe('copyPage', () => {
  function* twoPages(kernel: Kernel): Op<[Page, Page]> {
    return [(yield* kernel.allocator.allocPage())!, (yield* kernel.allocator.allocPage())!];
  }

  it.each([true, false])(
    'copies every word and nothing but the words of the page (tracked: %s)',
    (tracked) => {
      const kernel = smallKernel({ tracked, nodes: [3] });
      const copied = runVm(kernel, function* () {
        const [source, target] = yield* twoPages(kernel);
        for (let index = 0; index <= LAST; index++) source.writeWord(index, index * index + 1);
        yield* copyPage(target, source);
        return Array.from({ length: LAST + 1 }, (_, index) => target.readWord(index));
      });
      expect(copied).toEqual(Array.from({ length: LAST + 1 }, (_, index) => index * index + 1));
      if (!tracked) expect(kernel.contents.peek(2, 0)).toBe(0);
    },
  );

  it.each([
    { which: 'source', says: 'it is copied from' },
    { which: 'target', says: 'it is copied to' },
  ])('refuses a free $which', ({ which, says }) => {
    const kernel = smallKernel();
    const error = misuse(() =>
      runVm(kernel, function* () {
        const [source, target] = yield* twoPages(kernel);
        yield* (which === 'source' ? source : target).put();
        yield* copyPage(target, source);
      }),
    );
    expect(error.code).toBe('MP_USE_AFTER_FREE');
    expect(error.message).toContain(says);
  });

  it('lets a writer in halfway: the explorer sees the race', () => {
    const result = explore(program(false, () => {}));
    expect(result.found[0]?.violation).toMatchObject({ kind: 'race', code: 'MP_DATA_RACE' });
    expect(result.found[0]?.violation.subject).toMatch(/^page 0 content\[\d+\]$/);
  });

  it('lets a writer in halfway: the copy is torn', () => {
    const torn = program(false, (copy) => {
      if (copy.readWord(0) !== copy.readWord(LAST)) throw new Error('torn');
    });
    const executor = new Executor({ ...torn, races: false }, 1000);
    const walk = new RandomWalk(1, 100, 0);
    const messages = new Set<string>();
    while (walk.nextExecution()) {
      const { violation } = withAmbient(torn.machine, () => executor.run(walk));
      if (violation !== null) messages.add(violation.message);
    }
    expect([...messages]).toEqual(['copier threw Error: torn']);
  });

  it('is whole under a lock that writers take, in every schedule of the bound', () => {
    const result = explore(
      program(true, (copy) => {
        if (copy.readWord(0) !== copy.readWord(LAST)) throw new Error('torn');
      }),
      { preemptions: 3 },
    );
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBe(3);
  });
});
