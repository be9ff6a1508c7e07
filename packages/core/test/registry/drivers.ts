import {
  allocSameNode,
  clearPageMovable,
  copyPage,
  defineDriver,
  DriverOptions,
  inject,
  isolateMovablePage,
  KernelService,
  migratePages,
  MigrateMode,
  MigrateReason,
  movableDriver,
  MovableMapping,
  PageAllocator,
  putbackMovablePages,
  setPageMovable,
  shared,
  spinLock,
  VmStat,
  type AddressSpaceDriver,
  type BuiltDriver,
  type Kernel,
  type MovablePageDriver,
  type Op,
  type Page,
  type SpinLock,
  type Workload,
} from '../../src/index.ts';
import { runVm } from '../support.ts';

/** What both ways of writing the same driver share: the parts it is made of. */
interface Parts {
  readonly allocator: PageAllocator;
  readonly mapping: MovableMapping;
  readonly vmstat: VmStat;
  readonly lock: SpinLock;
  readonly pages: Page[];
}

function* isolate({ lock, pages }: Parts, page: Page): Op<boolean> {
  yield* lock.acquire();
  const at = pages.indexOf(page);
  if (at >= 0) pages.splice(at, 1);
  yield* lock.release();
  return at >= 0;
}

function* migrate({ lock, pages, mapping, vmstat }: Parts, newPage: Page, oldPage: Page): Op<number> {
  yield* copyPage(newPage, oldPage);
  yield* newPage.get();
  yield* setPageMovable(newPage, mapping);
  yield* lock.acquire();
  pages.push(newPage);
  yield* lock.release();
  yield* clearPageMovable(oldPage);
  yield* oldPage.put();
  vmstat.add('balloon_migrate', 1);
  return 0;
}

function* putback({ lock, pages }: Parts, page: Page): Op<void> {
  yield* lock.acquire();
  pages.push(page);
  yield* lock.release();
}

function workload({ allocator, mapping, lock, pages }: Parts): Workload<Page> {
  return {
    *allocate(): Op<Page | null> {
      const page = yield* allocator.allocPage();
      if (page === null) return null;
      yield* page.lock();
      yield* setPageMovable(page, mapping);
      yield* lock.acquire();
      pages.push(page);
      yield* lock.release();
      yield* page.unlock();
      return page;
    },
    *free(page: Page): Op<void> {
      yield* page.lock();
      yield* lock.acquire();
      const at = pages.indexOf(page);
      if (at >= 0) pages.splice(at, 1);
      yield* lock.release();
      yield* clearPageMovable(page);
      yield* page.unlock();
      yield* page.put();
    },
    inspect: () => ({ pages: pages.length, objects: pages.length }),
  };
}

/** A driver as a class. */
@movableDriver({
  name: 'classy',
  version: '1.2.3',
  contract: 'a_ops',
  options: { limit: 4 },
  capabilities: ['drops-content'],
})
export class Classy implements AddressSpaceDriver {
  private readonly lock = spinLock('pages');
  private readonly pages = shared<Page[]>([]);

  constructor(
    @inject(PageAllocator) readonly allocator: PageAllocator,
    @inject(MovableMapping) readonly mapping: MovableMapping,
    @inject(VmStat) readonly vmstat: VmStat,
    @inject(KernelService) readonly kernel: KernelService,
    @inject(DriverOptions) readonly options: DriverOptions,
  ) {}

  get parts(): Parts {
    return this as unknown as Parts;
  }

  isolatePage(page: Page): Op<boolean> {
    return isolate(this.parts, page);
  }

  *migratePage(_mapping: MovableMapping, newPage: Page, oldPage: Page): Op<number> {
    return yield* migrate(this.parts, newPage, oldPage);
  }

  *putbackPage(page: Page): Op<void> {
    yield* putback(this.parts, page);
  }

  workload(): Workload<Page> {
    return workload(this.parts);
  }
}

/** The same driver as a function. */
export const defined = defineDriver({
  name: 'defined',
  version: '1.2.3',
  contract: 'a_ops',
  options: { limit: 4 },
  capabilities: ['drops-content'],
  create({ allocator, mapping, vmstat }) {
    const parts = { allocator, mapping, vmstat, lock: spinLock('pages'), pages: shared<Page[]>([]) };
    return {
      isolatePage: (page) => isolate(parts, page),
      *migratePage(_mapping, newPage, oldPage) {
        return yield* migrate(parts, newPage, oldPage);
      },
      *putbackPage(page) {
        yield* putback(parts, page);
      },
      workload: () => workload(parts),
    };
  },
});

/** The same driver to the other contract. */
export const toOperations = defineDriver({
  name: 'operations',
  contract: 'movable_operations',
  create({ allocator, mapping, vmstat }) {
    const parts = { allocator, mapping, vmstat, lock: spinLock('pages'), pages: shared<Page[]>([]) };
    return {
      isolatePage: (page) => isolate(parts, page),
      *migratePage(newPage, oldPage) {
        return yield* migrate(parts, newPage, oldPage);
      },
      *putbackPage(page) {
        yield* putback(parts, page);
      },
      workload: () => workload(parts),
    };
  },
});

/** What a definition that is wrong in one place gives. */
export function withDriver(make: () => unknown) {
  return defineDriver({ name: 'broken', contract: 'a_ops', create: make as () => AddressSpaceDriver });
}

/** A driver class whose callbacks do nothing. */
export class Idle {
  *isolatePage(_page: Page): Op<boolean> {
    return true;
  }
  *migratePage(): Op<number> {
    return -11;
  }
  *putbackPage(): Op<void> {}
  workload(): Workload<null> {
    return {
      *allocate(): Op<null> {
        return null;
      },
      *free(): Op<void> {},
    };
  }
}

/** A driver object whose callbacks do nothing. */
export function idle(changes: Record<string, unknown> = {}): MovablePageDriver {
  const { isolatePage, migratePage, putbackPage, workload: uses } = Idle.prototype;
  return { isolatePage, migratePage, putbackPage, workload: uses, ...changes };
}

/** Two pages of a driver, one migrated, one put back, one freed afterwards: what can be seen of it. */
export function life(kernel: Kernel, built: BuiltDriver) {
  const calls: unknown[] = [];
  kernel.events.on('driver_isolate', ({ page, result }) => calls.push(['isolate', page.pfn, result]));
  kernel.events.on('driver_migrate', ({ oldPage, newPage, result }) =>
    calls.push(['migrate', oldPage.pfn, newPage.pfn, result]),
  );
  kernel.events.on('driver_putback', ({ page }) => calls.push(['putback', page.pfn]));
  return runVm(kernel, function* () {
    const list = kernel.lists.create('isolated', 'vm');
    const first = (yield* built.workload.allocate()) as Page;
    const second = (yield* built.workload.allocate()) as Page;
    first.writeWord(2, 77);
    for (const page of [first, second]) {
      yield* isolateMovablePage(page, 0);
      list.addTail(page);
    }
    let asked = 0;
    const rc = yield* migratePages(list, {
      *getNewPage(page) {
        return asked++ === 0 ? yield* allocSameNode(page) : null;
      },
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.compaction,
    });
    const left = list.peek().map((page) => page.pfn);
    yield* putbackMovablePages(list);
    yield* built.workload.free(second);
    return {
      rc,
      left,
      calls,
      content: kernel.contents.peek(2, 2),
      inventory: built.workload.inspect!(),
      free: kernel.allocator.freePages(0),
      migrated: kernel.vmstat.read('balloon_migrate'),
      words: [0, 1, 2].map((pfn) => kernel.page(pfn).refCount),
    };
  });
}
