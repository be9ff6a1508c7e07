import {
  exitMm,
  linux510,
  mmap,
  userRead,
  userWrite,
  type Kernel,
  type Mm,
  type Op,
  type VmSteps,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buildScene } from '../../vm/scene.js';
import { migrateNow } from '../../vm/migrate-now.js';

/** How a fault keeps the page that it waits for. */
export type Waiting = Pick<VmSteps, 'holdForWait' | 'letGoQueued'>;

interface Made {
  mm: Mm | null;
  start: number;
}

/** A process reads its page while the page is migrated: the read waits for the migration to end. */
export function faultBesideMigration(steps: Waiting): Program {
  const made: Made = { mm: null, start: 0 };
  return buildScene<void>({
    kernel: { profile: { ...linux510, passes: 4 }, steps },
    *setUp(kernel: Kernel): Op<void> {
      made.mm = kernel.mms.createMm('process');
      made.start = yield* mmap(made.mm, { pages: 1 });
      yield* userWrite(made.mm, made.start, 0, 100);
      yield* kernel.lru.drainAll();
    },
    threads(kernel) {
      const { machine } = kernel;
      const mm = made.mm!;
      const pfn = kernel.lru.list(0, 0).peek()[0]?.pfn ?? kernel.lru.list(0, 1).peek()[0]!.pfn;
      const moving = machine.thread('migrator', { party: 'vm' }, () => migrateNow(kernel.page(pfn)));
      const reading = machine.thread('reader', { party: 'user' }, () => userRead(mm, made.start, 0));
      machine.thread('exit', { party: 'user', after: [moving, reading] }, function* (): Op<void> {
        yield* exitMm(mm);
        yield* kernel.lru.drainAll();
      });
    },
  });
}
