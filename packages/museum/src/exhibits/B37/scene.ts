import {
  allocContigRange,
  exitMm,
  freeContigRange,
  mmap,
  userWrite,
  type Kernel,
  type Mm,
  type Op,
  type VmSteps,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buildScene } from '../../vm/scene.js';

/** Pages of the process, and of the range that is to be free. */
const PAGES = 4;

/** Somebody wants a contiguous range in which a process has nearly all its pages. */
export function contigRange(givesUpIsolating: VmSteps['givesUpIsolating']): Program {
  let mm: Mm | null = null;
  return buildScene<void>({
    kernel: {
      nodes: [16],
      cpus: 1,
      buddy: { pageBlockOrder: 1, maxOrder: 2, minFreeKbytes: 0 },
      steps: { givesUpIsolating },
    },
    *setUp(kernel: Kernel): Op<void> {
      mm = kernel.mms.createMm('process');
      const start = yield* mmap(mm, { pages: PAGES });
      for (let i = 0; i < PAGES; i++) yield* userWrite(mm, start + i, 0, i);
      yield* kernel.lru.drainAll();
    },
    threads(kernel) {
      const { machine } = kernel;
      const range = machine.thread('range', { party: 'vm' }, function* (): Op<void> {
        if ((yield* allocContigRange(kernel, 0, PAGES)) === 0) yield* freeContigRange(kernel, 0, PAGES);
      });
      machine.thread('exit', { party: 'user', after: [range] }, function* (): Op<void> {
        yield* exitMm(mm!);
        yield* kernel.lru.drainAll();
      });
    },
  });
}
