import {
  allocSameNode,
  buildDriver,
  definitionOf,
  isolateMovablePage,
  Kernel,
  MigrateMode,
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type Op,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { MapMode, ZsmallocDriver, type ZsHandle } from '../src/index.ts';

/** Pages of the machine, and those that compaction looks at in one round. */
const PAGES = 4096;
const ROUND = 64;
/** Objects that there may be at once. */
const OBJECTS = 6000;

/** Operations for which the pool grows, then shrinks. */
const TURN = 20_000;

/** An object as it must be. */
interface Known {
  readonly handle: ZsHandle;
  readonly words: number;
  seed: number;
}

/** What was done. */
export interface Mix {
  allocated: number;
  written: number;
  read: number;
  freed: number;
  migrated: number;
  compacted: number;
}

/** Words of an object follow from a seed and their place. */
const wordOf = (seed: number, at: number): number => Math.imul(seed + at, 0x9e3779b1) | 0;

/**
 * Allocates, writes, reads and frees objects of all sizes, while their pages are migrated and they are moved together, and
 * checks each word that it reads. Throws if one is wrong.
 *
 * @returns What it did; at the end everything is freed and the pool destroyed.
 */
export function mixed(operations: number): { mix: Mix; kernel: Kernel } {
  const kernel = new Kernel({ nodes: [PAGES], tracked: false, spareWords: 4 * OBJECTS });
  const { pool } = buildDriver(kernel, definitionOf(ZsmallocDriver)!).driver as ZsmallocDriver;
  const { machine } = kernel;
  machine.seal();
  const mix: Mix = { allocated: 0, written: 0, read: 0, freed: 0, migrated: 0, compacted: 0 };
  const objects: Known[] = [];

  function* allocate(): Op<void> {
    const size = 1 + machine.random(machine.random(8) === 0 ? 4096 : 700);
    const handle = yield* pool.malloc(size);
    if (handle === null) return;
    mix.allocated++;
    const known = { handle, words: size >> 2, seed: 0 };
    objects.push(known);
    yield* write(known);
  }

  function* write(known: Known): Op<void> {
    known.seed = machine.random(1 << 30);
    const mapped = yield* pool.map(known.handle, MapMode.writeOnly);
    for (let at = 0; at < known.words; at++) mapped.write(at, wordOf(known.seed, at));
    yield* pool.unmap(known.handle, mapped);
    mix.written++;
  }

  function* read({ handle, words, seed }: Known): Op<void> {
    const mapped = yield* pool.map(handle, MapMode.readOnly);
    for (let at = 0; at < words; at++)
      if (mapped.read(at) !== wordOf(seed, at))
        throw new Error(`word ${at} of ${words} reads ${mapped.read(at)}, not ${wordOf(seed, at)}`);
    yield* pool.unmap(handle, mapped);
    mix.read++;
  }

  function* free(at: number): Op<void> {
    const known = objects[at]!;
    objects[at] = objects.at(-1)!;
    objects.pop();
    yield* read(known);
    yield* pool.free(known.handle);
    mix.freed++;
  }

  /** Isolates a stretch of pages, frees an object while the VM has them, then migrates them or gives them back. */
  function* compact(): Op<void> {
    const first = machine.random(PAGES - ROUND);
    const list = kernel.lists.create('isolated', 'vm');
    for (let pfn = first; pfn < first + ROUND; pfn++)
      if ((yield* isolateMovablePage(kernel.page(pfn), 0)) === 0) list.addTail(kernel.page(pfn));
    const isolated = list.length;
    if (objects.length > 0) yield* free(machine.random(objects.length));
    if (machine.random(4) > 0 && isolated > 0) {
      yield* migratePages(list, {
        getNewPage: allocSameNode,
        freePage: null,
        mode: MigrateMode.sync,
        reason: MigrateReason.compaction,
      });
      mix.migrated += isolated - list.length;
    }
    yield* putbackMovablePages(list);
    list.dispose();
  }

  runDirect(machine, function* (): Op<void> {
    for (let operation = 0; operation < operations; operation++) {
      const dice = machine.random(1000);
      const any = objects.length > 0 ? machine.random(objects.length) : -1;
      // The pool fills and empties by turns.
      const share = operation % (2 * TURN) < TURN ? 400 : 150;
      if (dice < 5) yield* compact();
      else if (dice < 6) mix.compacted += yield* pool.compact();
      else if (any < 0 || (dice < share && objects.length < OBJECTS)) yield* allocate();
      else if (dice < share + 225) yield* write(objects[any]!);
      else if (dice < share + 450) yield* read(objects[any]!);
      else yield* free(any);
    }
    while (objects.length > 0) yield* free(objects.length - 1);
    yield* pool.destroy();
  });
  return { mix, kernel };
}
