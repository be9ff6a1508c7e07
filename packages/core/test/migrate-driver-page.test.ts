import { runDirect } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocSameNode,
  buildDriver,
  clearPageMovable,
  copyPage,
  defineDriver,
  inject,
  isolateMovablePage,
  Kernel,
  linux510,
  linux61,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  MigrateReason,
  migratePages,
  movableDriver,
  MovableMapping,
  PageAllocator,
  setPageMovable,
  shared,
  spinLock,
  type AddressSpaceDriver,
  type Op,
  type Page,
  type Workload,
} from '../src/index.ts';

const tiny = defineDriver({
  name: 'tiny',
  contract: 'a_ops',
  create({ allocator, mapping }) {
    const lock = spinLock('tiny.lock');
    const pages = shared<Page[]>([]);
    return {
      *isolatePage(page): Op<boolean> {
        yield* lock.acquire();
        pages.splice(pages.indexOf(page), 1);
        yield* lock.release();
        return true;
      },
      *migratePage(owner, newPage, oldPage): Op<number> {
        yield* copyPage(newPage, oldPage);
        yield* newPage.get();
        yield* setPageMovable(newPage, owner);
        yield* lock.acquire();
        pages.push(newPage);
        yield* lock.release();
        yield* clearPageMovable(oldPage);
        yield* oldPage.put();
        return MIGRATEPAGE_SUCCESS;
      },
      *putbackPage(page): Op<void> {
        yield* lock.acquire();
        pages.push(page);
        yield* lock.release();
      },
      workload: (): Workload<number> => ({
        *allocate(): Op<number | null> {
          const page = yield* allocator.allocPage();
          if (page === null) return null;
          page.writeWord(3, 42);
          yield* page.lock();
          yield* setPageMovable(page, mapping);
          yield* lock.acquire();
          pages.push(page);
          yield* lock.release();
          yield* page.unlock();
          return page.pfn;
        },
        *free(): Op<void> {},
      }),
    };
  },
});

@movableDriver({ name: 'classy', contract: 'a_ops' })
class Classy implements AddressSpaceDriver {
  constructor(
    @inject(PageAllocator) readonly allocator: PageAllocator,
    @inject(MovableMapping) readonly mapping: MovableMapping,
  ) {}
  *isolatePage(): Op<boolean> {
    return false;
  }
  *migratePage(): Op<number> {
    return -11;
  }
  *putbackPage(): Op<void> {}
  workload(): Workload {
    const { allocator } = this;
    return {
      *allocate(): Op<Page | null> {
        return yield* allocator.allocPage();
      },
      *free(): Op<void> {},
    };
  }
}

describe('a driver page', () => {
  it.each([linux510, linux61])('is isolated, moved and freed with every reference accounted for ($name)', (profile) => {
    const kernel = new Kernel({ profile, nodes: [8], pageSize: 64 });
    const built = buildDriver(kernel, tiny);
    const { machine } = kernel;
    const result = runDirect(machine, function* () {
      const pfn = (yield* built.workload.allocate()) as number;
      const page = kernel.page(pfn);
      const list = kernel.lists.create('isolated', 'vm');
      expect(yield* isolateMovablePage(page, 0)).toBe(0);
      expect(page.refCount).toBe(2);
      list.add(page);
      const rc = yield* migratePages(list, {
        getNewPage: allocSameNode,
        freePage: null,
        mode: MigrateMode.sync,
        reason: MigrateReason.compaction,
      });
      return { rc, old: page };
    });
    expect(result.value.rc).toBe(0);
    expect(result.value.old.refCount).toBe(0);
    const target = kernel.page(result.value.old.pfn + 1);
    expect(target.refCount).toBe(1);
    expect(kernel.contents.peek(target.pfn, 3)).toBe(42);
    expect(kernel.vmstat.read('pgmigrate_success')).toBe(1);
  });

  it('is built from a class with injected services', () => {
    const kernel = new Kernel({ nodes: [4], pageSize: 64 });
    const built = buildDriver(kernel, Reflect.getOwnMetadata(Symbol.for('movable-pages.driver-info'), Classy));
    expect((built.driver as Classy).allocator).toBe(kernel.allocator);
  });
});
