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

/** Pages of each range: two page blocks. */
const RANGE = 4;

/** Makes a range free, with all that a process has there moved elsewhere, and gives it back. */
function* takeRange(kernel: Kernel, start: number): Op<void> {
  const end = start + RANGE;
  if ((yield* allocContigRange(kernel, start, end)) === 0) yield* freeContigRange(kernel, start, end);
}

/** Two want a contiguous range each, in which a process has its pages: half of these isolated is too many. */
export function contigRanges(givesUpIsolating: VmSteps['givesUpIsolating']): Program {
  let mm: Mm | null = null;
  return buildScene<void>({
    kernel: {
      nodes: [4 * RANGE],
      cpus: 1,
      buddy: { pageBlockOrder: 1, maxOrder: 2, minFreeKbytes: 0 },
      steps: { givesUpIsolating },
    },
    *setUp(kernel: Kernel): Op<void> {
      mm = kernel.mms.createMm('process');
      const start = yield* mmap(mm, { pages: 2 * RANGE });
      for (let i = 0; i < 2 * RANGE; i++) yield* userWrite(mm, start + i, 0, i);
      yield* kernel.lru.drainAll();
    },
    threads(kernel) {
      const { machine } = kernel;
      const ranges = [0, RANGE].map((start) =>
        machine.thread(`range at ${start}`, { party: 'vm' }, () => takeRange(kernel, start)),
      );
      machine.thread('exit', { party: 'user', after: ranges }, function* (): Op<void> {
        yield* exitMm(mm!);
        yield* kernel.lru.drainAll();
      });
    },
  });
}
