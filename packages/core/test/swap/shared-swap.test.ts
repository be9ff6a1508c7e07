import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  exitMm,
  fork,
  linux510,
  linux61,
  mlock,
  munlock,
  PageFlag,
  quiescentBreaches,
  userRead,
  userWrite,
  type Kernel,
  type Mm,
  type Page,
} from '../../src/index.ts';
import { shrinkPageList } from '../../src/reclaim/shrink-page-list.ts';
import { runVm } from '../support.ts';
import { isolateFor, migrateThese, pageAt, processWith, vmKernel } from '../vm-support.ts';

/** Reclaims a page; a first attempt may only age it or write it out. Gives how many pages became free. */
function* swapOut(kernel: Kernel, page: Page): Op<number> {
  let freed = 0;
  for (let attempt = 0; attempt < 4 && freed === 0; attempt++) {
    yield* kernel.lru.drainAll();
    const list = kernel.lists.create('to reclaim', 'vm');
    yield* isolateFor(list, page);
    yield* page.clearFlags(PageFlag.active | PageFlag.referenced);
    freed = yield* shrinkPageList(list);
    list.dispose();
  }
  return freed;
}

describe.each([linux510, linux61])('a page in swap of several processes ($name)', (profile) => {
  it('can be migrated after the child brought it in before the parent', () => {
    const kernel = vmKernel({ profile, swapPages: 8 });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm, 'child'))!;
      expect(yield* swapOut(kernel, pageAt(mm, start))).toBe(1);
      expect(yield* userRead(child, start, 0)).toBe(100);
      expect(yield* userRead(mm, start, 0)).toBe(100);
      const before = pageAt(mm, start);
      expect(pageAt(child, start)).toBe(before);
      expect(yield* migrateThese(kernel, [before])).toBe(0);
      expect(pageAt(mm, start)).not.toBe(before);
      expect(pageAt(child, start)).toBe(pageAt(mm, start));
      yield* exitMm(child);
      yield* exitMm(mm);
    });
    expect(quiescentBreaches(kernel)).toEqual([]);
  });

  it('counts the entries of seventy children', () => {
    const kernel = vmKernel({ profile, swapPages: 8, nodes: [40], spareWords: 60_000 });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      expect(yield* swapOut(kernel, pageAt(mm, start))).toBe(1);
      const children: Mm[] = [];
      for (let i = 0; i < 70; i++) children.push((yield* fork(mm, `child ${i}`))!);
      expect(kernel.swap!.peek(0)).toEqual({ entries: 71, cached: false });
      for (const child of children) yield* exitMm(child);
      expect(kernel.swap!.peek(0)).toEqual({ entries: 1, cached: false });
      expect(yield* userRead(mm, start, 0)).toBe(100);
      yield* exitMm(mm);
    });
    expect(quiescentBreaches(kernel)).toEqual([]);
  });
});

describe.each([linux510, linux61])('a locked area with a copy of its own ($name)', (profile) => {
  it('does not keep the mark on the page of the other process', () => {
    const kernel = vmKernel({ profile, swapPages: 8 });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      expect(yield* mlock(mm, start, 1)).toBe(0);
      const child = (yield* fork(mm, 'child'))!;
      expect(yield* userWrite(mm, start, 0, 7)).toBe(true);
      expect(pageAt(child, start).peekFlags() & PageFlag.mlocked).toBe(0);
      expect(pageAt(mm, start).peekFlags() & PageFlag.mlocked).not.toBe(0);
      expect(yield* munlock(mm, start, 1)).toBe(0);
      expect(kernel.vmstat.read('nr_mlock')).toBe(0);
      yield* exitMm(child);
      yield* exitMm(mm);
    });
    expect(quiescentBreaches(kernel)).toEqual([]);
  });

  it('does not keep the page of the other process from being reclaimed', () => {
    const kernel = vmKernel({ profile, swapPages: 8 });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm, 'child'))!;
      expect(yield* userWrite(mm, start, 0, 7)).toBe(true);
      expect(yield* mlock(mm, start, 1)).toBe(0);
      expect(yield* swapOut(kernel, pageAt(child, start))).toBe(1);
      expect(yield* swapOut(kernel, pageAt(mm, start))).toBe(0);
      expect(yield* userRead(child, start, 0)).toBe(100);
      yield* exitMm(child);
      yield* exitMm(mm);
    });
    expect(quiescentBreaches(kernel)).toEqual([]);
  });
});
