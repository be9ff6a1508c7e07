import { spinLock, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '@movable-pages/explore';
import { PageWord } from '../../src/memory/frame-table.ts';
import {
  Gfp,
  PAGE_ALLOC_FAILS,
  PageFlag,
  type AllocOptions,
  type Kernel,
  type Page,
} from '../../src/index.ts';
import { misuse, runVm, smallKernel, stateOf } from '../support.ts';

/** Allocates until nothing is left and gives the frame numbers. */
function* drain(kernel: Kernel, options: AllocOptions = {}): Op<number[]> {
  const pfns: number[] = [];
  for (
    let page = yield* kernel.allocator.allocPage(options);
    page !== null;
    page = yield* kernel.allocator.allocPage(options)
  ) {
    pfns.push(page.pfn);
  }
  return pfns;
}

describe('PageAllocator', () => {
  it('knows its nodes', () => {
    const kernel = smallKernel({ nodes: [2, 3, 1] });
    expect(kernel.allocator.nodes).toBe(3);
    expect([0, 1, 2, 3, 4, 5].map((pfn) => kernel.page(pfn).node)).toEqual([0, 0, 1, 1, 1, 2]);
    expect([0, 1, 2].map((node) => kernel.allocator.freePages(node))).toEqual([2, 3, 1]);
  });

  it('takes pages from the node that is asked for, then from the others', () => {
    const kernel = smallKernel({ nodes: [2, 2, 1] });
    expect(runVm(kernel, () => drain(kernel, { node: 1 }))).toEqual([2, 3, 4, 0, 1]);
  });

  it('takes pages from no other node if told so', () => {
    const kernel = smallKernel({ nodes: [2, 2] });
    expect(runVm(kernel, () => drain(kernel, { node: 1, thisNode: true }))).toEqual([2, 3]);
    expect(kernel.allocator.freePages(0)).toBe(2);
  });

  it.each([2, -1, 0.5])('has no node %d', (node) => {
    const kernel = smallKernel({ nodes: [2, 2] });
    const error = misuse(() => runVm(kernel, () => kernel.allocator.allocPage({ node })));
    expect(error.code).toBe('MP_PARAMETER');
    expect(error.message).toBe(`there is no node ${node}; this machine has nodes 0 to 1`);
  });

  it('gives freed pages out again in the order in which they came back, after all others', () => {
    const kernel = smallKernel({ nodes: [4] });
    const order = runVm(kernel, function* () {
      const pages: Page[] = [];
      for (let n = 0; n < 3; n++) pages.push((yield* kernel.allocator.allocPage())!);
      yield* pages[2]!.put();
      yield* pages[0]!.put();
      return yield* drain(kernel);
    });
    expect(order).toEqual([3, 2, 0]);
  });

  it('hands a page out with one reference and clean words, whatever it was before', () => {
    const kernel = smallKernel({ nodes: [1] });
    const state = runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      page.index = 9;
      yield* page.setFlags(PageFlag.dirty | PageFlag.uptodate);
      yield* page.put();
      return stateOf((yield* kernel.allocator.allocPage())!);
    });
    expect(state).toEqual({
      flags: 0,
      refCount: 1,
      mapCount: -1,
      mapping: 0,
      index: 0,
      private: 0,
      holders: { vm: 1 },
    });
  });

  it('does not leave the contents of a freed page to its next owner', () => {
    const kernel = smallKernel({ nodes: [1] });
    const word = runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      page.writeWord(0, 1234);
      yield* page.put();
      return (yield* kernel.allocator.allocPage())!.readWord(0);
    });
    expect(word).not.toBe(1234);
  });

  it('gives out pages that were never used as full of rubbish as those that were, again and again', () => {
    const kernel = smallKernel({ nodes: [2] });
    const read = function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      const word = page.readWord(3);
      yield* page.put();
      return word;
    };
    const never = kernel.contents.peek(1, 3);
    expect(never).not.toBe(0);
    expect([runVm(kernel, read), runVm(kernel, read)]).toEqual([never, never]);
  });

  it('tells who listens what it gave out and took back', () => {
    const kernel = smallKernel();
    const seen: string[] = [];
    kernel.events.on('page_alloc', ({ page }) => seen.push(`alloc ${page.pfn}`));
    kernel.events.on('page_free', ({ page }) => seen.push(`free ${page.pfn}`));
    runVm(kernel, function* () {
      yield* (yield* kernel.allocator.allocPage())!.put();
    });
    expect(seen).toEqual(['alloc 0', 'free 0']);
  });

  it.each([
    { gfp: Gfp.kernel, code: 'MP_SLEEP_IN_ATOMIC' },
    { gfp: Gfp.highUserMovable, code: 'MP_SLEEP_IN_ATOMIC' },
    { gfp: Gfp.atomic, code: null },
    { gfp: Gfp.noWait, code: null },
  ])('under a spinlock $gfp.name ends with $code', ({ gfp, code }) => {
    const kernel = smallKernel();
    const lock = kernel.machine.construct(() => spinLock('lock'));
    const run = () =>
      runVm(kernel, function* () {
        yield* lock.acquire();
        const page = yield* kernel.allocator.allocPage({ gfp });
        yield* lock.release();
        return page?.pfn;
      });
    if (code === null) expect(run()).toBe(0);
    else expect(misuse(run).code).toBe(code);
  });

  it('fails by choice under the explorer, once for each asking', () => {
    const kernel = smallKernel({ nodes: [2] });
    kernel.machine.thread('user', {}, function* () {
      for (let n = 0; n < 2; n++) {
        const page = yield* kernel.allocator.allocPage();
        if (page === null) throw new Error(`no page at asking ${n}`);
      }
    });
    kernel.machine.seal();
    const result = explore({ machine: kernel.machine, monitors: [] });
    expect(result.found.map((found) => found.violation.message).toSorted()).toEqual([
      'user threw Error: no page at asking 0',
      'user threw Error: no page at asking 1',
    ]);
    expect(result.found[0]?.schedule.choices[0]?.name).toBe(PAGE_ALLOC_FAILS);
  });

  it('does not fail by choice if nobody asks for that', () => {
    const kernel = smallKernel({ nodes: [1] });
    kernel.machine.thread('user', {}, function* () {
      if ((yield* kernel.allocator.allocPage()) === null) throw new Error('no page');
    });
    kernel.machine.refusedChoices = new Set(['page allocation fails']);
    kernel.machine.seal();
    expect(explore({ machine: kernel.machine, monitors: [] })).toMatchObject({ found: [], exhausted: true });
  });

  it('gives one page to one of two threads that ask at once', () => {
    const kernel = smallKernel({ nodes: [1] });
    const { machine } = kernel;
    machine.refusedChoices = new Set(['page allocation fails']);
    const got = machine.construct(() => machine.allocateWords(1, () => 'got'));
    for (const name of ['one', 'two']) {
      machine.thread(name, {}, function* () {
        const page = yield* kernel.allocator.allocPage();
        if (page !== null && machine.words[got]!++ > 0) throw new Error('given out twice');
      });
    }
    machine.seal();
    expect(explore({ machine, monitors: [] }, { preemptions: 4 })).toMatchObject({
      found: [],
      exhausted: true,
    });
  });
});

describe('a page that is freed', () => {
  interface Cause {
    readonly what: string;
    readonly spoil: (page: Page, kernel: Kernel) => Op<void>;
    readonly says: string;
  }

  function flag(bit: number): Cause['spoil'] {
    return function* (page) {
      yield* page.setFlags(bit);
    };
  }

  function word(at: number, value: number): Cause['spoil'] {
    return function* (page, kernel) {
      kernel.frames.poke(page.pfn, at, value);
    };
  }

  const CAUSES: readonly Cause[] = [
    { what: 'locked', spoil: (page) => page.lock(), says: 'flags locked' },
    { what: 'on an LRU list', spoil: flag(PageFlag.lru), says: 'flags lru' },
    { what: 'with private data', spoil: flag(PageFlag.private), says: 'flags private' },
    { what: 'with other private data', spoil: flag(PageFlag.private2), says: 'flags private2' },
    { what: 'under writeback', spoil: flag(PageFlag.writeback), says: 'flags writeback' },
    { what: 'reserved', spoil: flag(PageFlag.reserved), says: 'flags reserved' },
    { what: 'of a slab', spoil: flag(PageFlag.slab), says: 'flags slab' },
    { what: 'active', spoil: flag(PageFlag.active), says: 'flags active' },
    { what: 'unevictable', spoil: flag(PageFlag.unevictable), says: 'flags unevictable' },
    { what: 'mlocked', spoil: flag(PageFlag.mlocked), says: 'flags mlocked' },
    { what: 'mapped', spoil: word(PageWord.mapCount, 0), says: 'a map count' },
    { what: 'in a page cache', spoil: word(PageWord.mapping, 4 << 2), says: 'a mapping' },
    { what: 'with a private word', spoil: word(PageWord.private, 5), says: 'private 5' },
    {
      what: 'on a list',
      spoil: function* (page, kernel) {
        kernel.lists.create('some list', 'driver').add(page);
      },
      says: 'a place on some list',
    },
  ];

  it.each(CAUSES)('while $what is a bad page', ({ spoil, says }) => {
    const kernel = smallKernel();
    const error = misuse(() =>
      runVm(kernel, function* () {
        const page = (yield* kernel.allocator.allocPage())!;
        yield* spoil(page, kernel);
        yield* page.put();
      }),
    );
    expect(error.code).toBe('MP_BAD_PAGE');
    expect(error.message).toBe(`page 0 is freed with ${says}; reset what you set before the last put`);
  });

  it('past its references is a bad page', () => {
    const kernel = smallKernel();
    const error = misuse(() =>
      runVm(kernel, function* () {
        yield* kernel.allocator.freePage((yield* kernel.allocator.allocPage())!);
      }),
    );
    expect(error.code).toBe('MP_BAD_PAGE');
    expect(error.message).toContain('1 references');
  });

  it.each(['isolated', 'waiters', 'dirty', 'uptodate', 'referenced'] as const)('may be %s', (name) => {
    const kernel = smallKernel();
    runVm(kernel, function* () {
      const page = (yield* kernel.allocator.allocPage())!;
      yield* page.setFlags(PageFlag[name]);
      yield* page.put();
    });
    expect(kernel.allocator.freePages(0)).toBe(8);
  });
});
