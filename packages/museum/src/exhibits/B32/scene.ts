import {
  isolateMovablePage,
  PageFlag,
  PageWord,
  putbackMovablePage,
  type Kernel,
  type Op,
  type Page,
  type VmSteps,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { OpKind } from '@movable-pages/machine';
import { buildScene } from '../../vm/scene.js';

/** What a deleted list entry points to: bit 1, which marks movable pages, is set. @kernel include/linux/poison.h LIST_POISON2 */
const LIST_POISON2 = 0x122;

function storeMapping(page: Page, value: number): Op<void> {
  const { machine, frames } = page.kernel;
  return machine.makeOp(OpKind.store, frames.location(page.pfn, PageWord.mapping), value, 0);
}

/** A slab of the slab allocator, whose list link lies where other pages have their mapping. */
function* slab(kernel: Kernel): Op<void> {
  const page = yield* kernel.allocator.allocPage();
  if (page === null) return;
  yield* page.setFlags(PageFlag.slab);
  // It is taken off the list of partial slabs.
  yield* storeMapping(page, LIST_POISON2);
  yield* storeMapping(page, 0);
  yield* page.clearFlags(PageFlag.slab);
  yield* page.put();
}

function* compact(kernel: Kernel): Op<void> {
  for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
    const page = kernel.page(pfn);
    if ((yield* isolateMovablePage(page, 0)) === 0) yield* putbackMovablePage(page);
  }
}

/** Compaction looks at all pages while the slab allocator makes and frees a slab. */
export function slabBesideCompaction(isOtherKind: VmSteps['isOtherKind']): Program {
  return buildScene({
    kernel: { nodes: [4], cpus: 1, steps: { isOtherKind } },
    threads(kernel) {
      kernel.machine.thread('compactor', { party: 'vm' }, () => compact(kernel));
      kernel.machine.thread('slab', { party: 'slab' }, () => slab(kernel));
    },
  });
}
