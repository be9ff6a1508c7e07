import {
  clearPageMovable,
  copyPage,
  defineDriver,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  setPageMovable,
  shared,
  spinLock,
  type Op,
  type Page,
} from '@movable-pages/core';
import { neverCalled } from './helper.fixture.ts';

/** A right driver of one page at a time: what is behind a handle may move. */
export const tiny = defineDriver({
  name: 'tiny',
  contract: 'a_ops',
  create: ({ allocator, mapping }) => {
    const lock = spinLock('tiny.lock');
    const places = shared(new Map<number, Page>());
    const last = shared({ handle: 0 });
    /** The page of a handle, locked: it may have moved while the lock was waited for. */
    function* locked(handle: number): Op<Page> {
      for (;;) {
        yield* lock.acquire();
        const page = places.get(handle)!;
        const taken = yield* page.tryLock();
        if (taken) {
          yield* lock.release();
          return page;
        }
        yield* page.get();
        yield* lock.release();
        yield* page.waitUntilUnlocked();
        yield* page.put();
      }
    }
    return {
      *isolatePage() {
        return true;
      },
      *migratePage(_mapping, newPage, oldPage, mode) {
        if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
        yield* newPage.get();
        // mutate-ignore drop-copy: whoever reads this knows better
        yield* copyPage(newPage, oldPage);
        newPage.private = oldPage.private;
        yield* lock.acquire();
        places.set(oldPage.private, newPage);
        yield* lock.release();
        yield* setPageMovable(newPage, mapping);
        oldPage.private = 0;
        yield* clearPageMovable(oldPage);
        yield* oldPage.put();
        return MIGRATEPAGE_SUCCESS;
      },
      *putbackPage() {},
      workload: () => ({
        *allocate() {
          const page = yield* allocator.allocPage();
          if (page === null) return null;
          yield* page.lock();
          yield* lock.acquire();
          const handle = ++last.handle;
          places.set(handle, page);
          yield* lock.release();
          page.private = handle;
          yield* setPageMovable(page, mapping);
          yield* page.unlock();
          return handle;
        },
        *free(handle) {
          const page = yield* locked(handle as number);
          yield* lock.acquire();
          places.delete(handle as number);
          yield* lock.release();
          page.private = 0;
          yield* clearPageMovable(page);
          yield* page.unlock();
          yield* page.put();
          if (handle === 0) yield* neverCalled(page);
        },
      }),
    };
  },
});
