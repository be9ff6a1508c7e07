import {
  clearPageMovable,
  copyPage,
  defineDriver,
  Errno,
  Gfp,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  type Op,
  type Page,
} from '@movable-pages/core';

/** The least that a driver can do: for measuring what the VM costs. */
export const bulkDriver = defineDriver({
  name: 'bulk',
  contract: 'a_ops',
  create: ({ allocator, mapping }) => ({
    *isolatePage(): Op<boolean> {
      return true;
    },
    *migratePage(owner, newPage, oldPage, mode): Op<number> {
      if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
      yield* copyPage(newPage, oldPage);
      yield* newPage.get();
      yield* setPageMovable(newPage, owner);
      yield* clearPageMovable(oldPage);
      yield* oldPage.put();
      return MIGRATEPAGE_SUCCESS;
    },
    *putbackPage(): Op<void> {},
    workload: () => ({
      *allocate(): Op<Page | null> {
        const page = yield* allocator.allocPage({ gfp: Gfp.highUserMovable });
        if (page === null) return null;
        yield* page.lock();
        yield* setPageMovable(page, mapping);
        yield* page.unlock();
        return page;
      },
      *free(handle): Op<void> {
        const page = handle as Page;
        yield* page.lock();
        yield* clearPageMovable(page);
        yield* page.unlock();
        yield* page.put();
      },
    }),
  }),
});
