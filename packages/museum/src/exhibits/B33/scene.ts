import { freeShared, shared, type Op, type Page } from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buildScene } from '../../vm/scene.js';

/** The owner of the pages of a file. */
export interface Inode {
  /** Its pages can be moved without being written out first. */
  readonly migrates: boolean;
}

/** The files of the scene: for each frame the owner that its page leads to. Locks: the page lock. */
export interface Files {
  readonly mappings: (Inode | null)[];
}

/** How a scanner asks whether a dirty page is worth being isolated. The page has a reference, and no lock. */
export type MayMigrate = (page: Page, files: Files) => Op<boolean>;

/** @kernel mm/vmscan.c __isolate_lru_page, the part about clean and dirty pages */
export const asksUnderTheLock: MayMigrate = function* (page, { mappings }) {
  if (!(yield* page.tryLock())) return false;
  const may = mappings[page.pfn]?.migrates === true;
  yield* page.unlock();
  return may;
};

/** Takes the page out of its file, then the file away, which has no page any more. @kernel mm/truncate.c truncate_inode_pages */
function* truncate(page: Page, inode: Inode, { mappings }: Files): Op<void> {
  yield* page.lock();
  mappings[page.pfn] = null;
  yield* page.unlock();
  yield* page.put();
  freeShared(inode);
}

/** Compaction looks at the page of a file while the file goes away. */
export function scannerBesideTruncation(mayMigrate: MayMigrate): Program {
  let page: Page | null = null;
  return buildScene<{ files: Files; inode: Inode }>({
    kernel: { nodes: [2], cpus: 1 },
    construct(kernel) {
      const mappings = Array.from({ length: kernel.frames.count }, (): Inode | null => null);
      return { files: shared<Files>({ mappings }), inode: shared<Inode>({ migrates: true }) };
    },
    *setUp(kernel, { files, inode }): Op<void> {
      page = (yield* kernel.allocator.allocPage())!;
      yield* page.lock();
      files.mappings[page.pfn] = inode;
      yield* page.unlock();
    },
    threads({ machine }, { files, inode }) {
      const cached = page!;
      machine.thread('scanner', { party: 'vm' }, function* (): Op<void> {
        if (!(yield* cached.tryGet())) return;
        yield* mayMigrate(cached, files);
        yield* cached.put();
      });
      machine.thread('truncation', { party: 'vm' }, () => truncate(cached, inode, files));
    },
  });
}
