import { word, type Kernel, type Op, type Page, type Word } from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { buildScene } from '../../vm/scene.js';

/** Where a page that is freed is handed to the task that compacts memory for it. @kernel mm/internal.h struct capture_control */
export interface Capture {
  /** 1 while the task takes pages. */
  readonly published: Word;
  /** The page plus 1, 0 for none. */
  readonly page: Word;
}

/** How the task ends the hand-over: gives the page, or null. */
export type EndCapture = (kernel: Kernel, capture: Capture) => Op<Page | null>;

/** What was handed over. */
export function* readPage(kernel: Kernel, { page }: Capture): Op<Page | null> {
  const handed = yield* page.load();
  return handed === 0 ? null : kernel.page(handed - 1);
}

/** @kernel mm/compaction.c compact_zone_order */
export const retractsThenReads: EndCapture = function* (kernel, capture) {
  yield* capture.published.store(0);
  return yield* readPage(kernel, capture);
};

/** A page comes back from a device: to the task that waits for one, else to the allocator. @kernel mm/page_alloc.c compaction_capture */
function* freeInInterrupt(page: Page, { published, page: slot }: Capture): Op<void> {
  if ((yield* published.load()) === 1 && (yield* slot.load()) === 0) yield* slot.store(page.pfn + 1);
  else yield* page.put();
}

/** A task compacts memory and takes what is freed meanwhile; an interrupt frees a page. */
export function captureBesideInterrupt(endCapture: EndCapture): Program {
  let page: Page | null = null;
  return buildScene<Capture>({
    kernel: { nodes: [2], cpus: 1 },
    construct: () => ({ published: word('capture published'), page: word('captured page') }),
    *setUp(kernel): Op<void> {
      page = yield* kernel.allocator.allocPage();
    },
    threads(kernel, capture) {
      const { machine } = kernel;
      const freed = page!;
      machine.thread('task', { party: 'vm' }, function* (): Op<void> {
        yield* capture.published.store(1);
        const taken = yield* endCapture(kernel, capture);
        if (taken !== null) yield* taken.put();
      });
      machine.thread('interrupt', { party: 'device', interrupt: true }, () =>
        freeInInterrupt(freed, capture),
      );
    },
  });
}
