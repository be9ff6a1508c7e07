import { describe, expect, it } from 'vitest';
import { Heap, Ledger, Machine, OpKind, word } from '../src/index.ts';
import { executors, misuse, setUp } from './support.ts';

describe('Heap', () => {
  it('gives out words that are 0 and named', () => {
    const heap = new Heap(new Int32Array(16).fill(7), true);
    const base = heap.allocate(4, (offset) => `buffer[${offset}]`);
    expect([...heap.words.subarray(base, base + 4)]).toEqual([0, 0, 0, 0]);
    expect(heap.describe(base + 3)).toBe('buffer[3]');
    expect(heap.describe(base + 4)).toBeNull();
  });

  it('says that it is full, and how full', () => {
    const heap = new Heap(new Int32Array(16), true);
    heap.allocate(10, () => 'first');
    const error = misuse(() => heap.allocate(7, () => 'second'));
    expect(error.code).toBe('MP_HEAP_FULL');
    expect(error.message).toContain('16 words and 7 more');
    heap.allocate(6, () => 'fits');
  });

  it('numbers locations without words above those with', () => {
    const heap = new Heap(new Int32Array(16), true);
    const first = heap.reserveNamed(3, (offset) => `content[${offset}]`);
    expect(first).toBe(16);
    expect(heap.describe(18)).toBe('content[2]');
    expect(heap.reserveLocations(1)).toBe(19);
    expect(heap.locations).toBe(20);
  });

  it('does not give out freed words again while it is tracked', () => {
    const heap = new Heap(new Int32Array(16), true);
    const first = heap.allocate(2, () => 'first');
    heap.release(first, 2, 'freed by driver', 'there');
    expect(heap.allocate(2, () => 'second')).not.toBe(first);
    expect(heap.isPoisoned(first)).toBe(true);
    expect(heap.graveOf(first + 1)).toMatchObject({ what: 'freed by driver', site: 'there' });
  });

  it('gives words back to the owner who released them, as good as new', () => {
    const heap = new Heap(new Int32Array(16), true);
    const first = heap.allocate(2, () => 'first');
    const second = heap.allocate(2, () => 'second');
    heap.words[first] = 9;
    heap.release(first, 2, 'disposed of', undefined);
    heap.release(second, 2, 'freed', undefined);
    heap.reclaim(first, 2);
    expect(heap.words[first]).toBe(0);
    expect([first, second].map((at) => heap.isPoisoned(at))).toEqual([false, true]);
    expect(heap.graveOf(first)).toBeNull();
    expect(heap.graveOf(second)).toMatchObject({ what: 'freed' });
  });

  it('gives out freed words of the same size again, zeroed, while it is not', () => {
    const heap = new Heap(new Int32Array(16), false);
    const first = heap.allocate(2, () => 'first');
    heap.words[first] = 9;
    heap.release(first, 2, 'freed', undefined);
    expect(heap.allocate(3, () => 'larger')).not.toBe(first);
    expect(heap.allocate(2, () => 'second')).toBe(first);
    expect(heap.words[first]).toBe(0);
  });

  it('goes back to the sealed state: values, space, poison, names', () => {
    const heap = new Heap(new Int32Array(16), true);
    const kept = heap.allocate(1, () => 'kept');
    heap.words[kept] = 5;
    heap.seal();
    const late = heap.allocate(4, () => 'late');
    heap.words[kept] = 6;
    heap.words[late] = 7;
    heap.reserveLocations(3);
    heap.release(kept, 1, 'freed', undefined);
    heap.reset();
    expect(heap.words[kept]).toBe(5);
    expect(heap.isPoisoned(kept)).toBe(false);
    expect(heap.describe(late)).toBeNull();
    expect(heap.locations).toBe(16);
    expect(heap.allocate(4, () => 'again')).toBe(late);
    expect(heap.words[late]).toBe(0);
  });

  it('never gives one word to two owners across executions of an untracked machine', () => {
    const heap = new Heap(new Int32Array(16), false);
    heap.seal();
    const first = heap.allocate(2, () => 'first');
    heap.release(first, 2, 'freed', undefined);
    heap.reset();
    expect(heap.allocate(2, () => 'second')).not.toBe(heap.allocate(2, () => 'third'));
  });
});

describe.each(executors)('freed words under the $name executor', ({ run }) => {
  it.each(['operation', 'plain read', 'plain write'] as const)(
    'are not used by a %s, and the report names both places',
    (how) => {
      const { machine } = setUp(() => null);
      machine.captureSites = true;
      const error = misuse(() =>
        run(machine, function* () {
          const base = machine.allocateWords(2, (offset) => `buffer[${offset}]`);
          machine.heap.release(base, 2, 'freed by driver', machine.site());
          if (how === 'operation') yield* machine.makeOp(OpKind.load, base + 1, 0, 0);
          else if (how === 'plain read') machine.readWord(base + 1);
          else machine.writeWord(base + 1, 1);
        }),
      );
      expect(error.code).toBe('MP_USE_AFTER_FREE');
      expect(error.message).toContain('buffer[1]');
      expect(error.details).toMatchObject({ subject: 'buffer[1]', thereWhat: 'freed by driver' });
      expect(error.details.here).toContain('heap.test.ts');
      expect(error.details.there).toContain('heap.test.ts');
    },
  );
});

describe('a machine', () => {
  it('takes its memory from whoever makes it', () => {
    const memory = new Int32Array(8);
    const machine = new Machine({ words: memory });
    const made = machine.construct(() => word('w', 3));
    expect(memory[made.location]).toBe(3);
  });

  it('is not restored while it is untracked', () => {
    const { machine, parts } = setUp(() => word('w'), { words: 8, tracked: false });
    for (let n = 0; n < 3; n++) expect(executors[0].run(machine, () => parts.fetchAdd(1))).toBe(n);
  });
});

describe('Ledger', () => {
  it('counts by holder and tells who drops what it never had', () => {
    const ledger = new Ledger();
    expect(ledger.note(5, 'vm', 1)).toBe(1);
    expect(ledger.note(5, 'driver', 2)).toBe(2);
    expect(ledger.note(5, 'user', -1)).toBe(-1);
    expect(Object.fromEntries(ledger.holders(5))).toEqual({ vm: 1, driver: 2, user: -1 });
    expect(ledger.heldBy(5, 'nobody')).toBe(0);
    expect(ledger.holders(6).size).toBe(0);
  });

  it('hands references over and forgets objects that are gone', () => {
    const ledger = new Ledger();
    ledger.note(5, 'vm', 1);
    ledger.transfer(5, 'vm', 'driver');
    expect(Object.fromEntries(ledger.holders(5))).toEqual({ driver: 1 });
    ledger.forget(5);
    expect(ledger.holders(5).size).toBe(0);
  });

  it('goes back to what it was sealed with', () => {
    const ledger = new Ledger();
    ledger.note(5, 'vm', 1);
    ledger.seal();
    ledger.note(5, 'vm', 1);
    ledger.note(6, 'driver', 1);
    ledger.reset();
    expect(ledger.heldBy(5, 'vm')).toBe(1);
    expect(ledger.heldBy(6, 'driver')).toBe(0);
  });
});
