import { describe, expect, it } from 'vitest';
import {
  fork,
  linux510,
  linux61,
  putbackMovablePages,
  quiescentBreaches,
  userRead,
  VmCensus,
  type Kernel,
  type Mm,
  type Op,
  type Page,
} from '../../src/index.ts';
import { cacheOf } from '../../src/mapping/page-mapping.ts';
import { peekMapCount } from '../../src/mapping/rmap.ts';
import { expectedRefs } from '../../src/migrate/freeze-refs.ts';
import { installMigrationEntries } from '../../src/migrate/install-migration-entries.ts';
import { removeMigrationEntries } from '../../src/migrate/remove-migration-entries.ts';
import { addToSwap } from '../../src/swap/swap-cache.ts';
import { runVm } from '../support.ts';
import { isolateFor, pageAt, processWith, vmKernel } from '../vm-support.ts';

/** Makes a page with so many mappings. */
function* mapped(
  kernel: Kernel,
  mappings: number,
  shared: boolean,
): Op<{ page: Page; mms: Mm[]; start: number }> {
  const { mm, start } = yield* processWith(kernel, 1, { shared });
  const mms = [mm];
  while (mms.length < mappings) {
    const child = (yield* fork(mm))!;
    yield* userRead(child, start, 0);
    mms.push(child);
  }
  return { page: pageAt(mm, start), mms, start };
}

describe.each([linux510, linux61])('references on the way to the point of no return ($name)', (profile) => {
  it.each([
    { kind: 'anonymous, one mapping', mappings: 1, shared: false, swap: false, counts: [1, 2, 1] },
    { kind: 'anonymous, three mappings', mappings: 3, shared: false, swap: false, counts: [3, 4, 1] },
    { kind: 'in the swap cache, one mapping', mappings: 1, shared: false, swap: true, counts: [2, 3, 2] },
    { kind: 'shared, two mappings', mappings: 2, shared: true, swap: false, counts: [3, 4, 2] },
  ])('$kind', ({ mappings, shared, swap, counts }) => {
    const kernel = vmKernel({ profile, swapPages: 4 });
    runVm(kernel, function* () {
      const { page, mms, start } = yield* mapped(kernel, mappings, shared);
      if (swap) {
        yield* page.lock();
        yield* addToSwap(page);
        yield* page.unlock();
      }
      const entries = mms.map((mm) => mm.peekPte(start) & 0b11);
      const idle = page.refCount;
      const list = kernel.lists.create('isolated', 'vm');
      yield* isolateFor(list, page);
      const isolated = page.refCount;
      yield* page.lock();
      yield* installMigrationEntries(page);
      expect([idle, isolated, page.refCount]).toEqual(counts);
      expect(page.refCount).toBe(expectedRefs(cacheOf(page), page));
      expect(peekMapCount(page)).toBe(0);
      expect(new VmCensus(kernel).migrating.get(page.pfn)).toBe(mappings);
      // Back again: each entry brings a mapping and a reference.
      yield* removeMigrationEntries(page, page);
      expect(page.refCount).toBe(isolated);
      expect(peekMapCount(page)).toBe(mappings);
      expect(mms.map((mm) => mm.peekPte(start) & 0b11)).toEqual(entries);
      yield* page.unlock();
      yield* putbackMovablePages(list);
      yield* kernel.lru.drainAll();
      expect(page.refCount).toBe(idle);
      expect(quiescentBreaches(kernel)).toEqual([]);
    });
  });
});
