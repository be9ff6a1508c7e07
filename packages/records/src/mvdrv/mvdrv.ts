import {
  clearPageMovable,
  copyPage,
  Errno,
  inject,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  movableDriver,
  MovableMapping,
  PageAllocator,
  pageMovable,
  resetPageMapping,
  setPageMovable,
  shared,
  spinLock,
  type MovableOperationsDriver,
  type Op,
  type Page,
  type Workload,
} from '@movable-pages/core';

/** A page that the driver owns, and what the driver was told to do about it. */
interface OwnedPage {
  frame: Page;
  /** What `isolatePage` says. */
  accepts: boolean;
  /** What `migratePage` says the next `times` times; -1 = for ever. */
  error: number;
  times: number;
}

/**
 * A toy driver that owns movable pages by number and can be told how to answer: the counterpart of the kernel module that
 * the records of driver pages were made with. Its user gives it frames and commands ({@link MvdrvConsole}).
 */
@movableDriver({ name: 'mvdrv', version: '0.1.0', contract: 'movable_operations' })
export class Mvdrv implements MovableOperationsDriver {
  /** Guards the pages. Comes after page locks. */
  private readonly lock = spinLock('mvdrv.lock');
  private readonly pages = shared(new Map<number, OwnedPage>());
  private readonly last = shared({ number: -1 });

  constructor(
    @inject(PageAllocator) private readonly allocator: PageAllocator,
    @inject(MovableMapping) private readonly mapping: MovableMapping,
  ) {}

  *isolatePage(frame: Page, _mode: number): Op<boolean> {
    yield* this.lock.acquire();
    const { accepts } = this.pageOf(frame);
    yield* this.lock.release();
    return accepts;
  }

  *migratePage(newFrame: Page, oldFrame: Page, mode: MigrateMode): Op<number> {
    // The copy is ours to make.
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    const page = this.pageOf(oldFrame);
    const { error, times } = page;
    if (times > 0) page.times--;
    yield* this.lock.release();
    if (times !== 0 && error !== 0) return error;
    yield* newFrame.get();
    yield* this.lock.acquire();
    yield* copyPage(newFrame, oldFrame);
    page.frame = newFrame;
    yield* this.lock.release();
    yield* setPageMovable(newFrame, this.mapping);
    yield* clearPageMovable(oldFrame);
    yield* oldFrame.put();
    return MIGRATEPAGE_SUCCESS;
  }

  *putbackPage(_frame: Page): Op<void> {}

  /** How a test uses the driver: an object is a page, named by its number. */
  workload(): Workload<number> {
    const { allocator, lock, pages, last } = this;
    const own = (number: number, frame: Page): Op<void> => this.own(number, frame);
    return {
      *allocate() {
        const frame = yield* allocator.allocPage();
        if (frame === null) return null;
        yield* lock.acquire();
        const number = ++last.number;
        yield* lock.release();
        yield* own(number, frame);
        return number;
      },
      *write(number, value) {
        yield* lock.acquire();
        pages.get(number)!.frame.writeWord(0, value);
        yield* lock.release();
      },
      *read(number) {
        yield* lock.acquire();
        const value = pages.get(number)!.frame.readWord(0);
        yield* lock.release();
        return value;
      },
      free: (number) => this.disown(number),
      inspect: () => ({ pages: pages.size, objects: pages.size }),
    };
  }

  /** Takes over a frame with its reference, as page `number`, and makes it movable. May sleep. */
  *own(number: number, frame: Page): Op<void> {
    yield* frame.lock();
    yield* this.lock.acquire();
    this.pages.set(number, shared<OwnedPage>({ frame, accepts: true, error: 0, times: 0 }));
    yield* this.lock.release();
    yield* setPageMovable(frame, this.mapping);
    yield* frame.unlock();
  }

  /** Gives a page up, isolated or not: its mark, if it has one, and the driver's reference. May sleep on its lock. */
  *disown(number: number): Op<void> {
    const frame = yield* this.lockFrame(number);
    if (yield* pageMovable(frame)) yield* clearPageMovable(frame);
    yield* this.lock.acquire();
    this.pages.delete(number);
    yield* this.lock.release();
    yield* frame.unlock();
    yield* frame.put();
  }

  /** Marks a page movable again. May sleep on its lock. */
  *register(number: number): Op<void> {
    const frame = yield* this.lockFrame(number);
    yield* setPageMovable(frame, this.mapping);
    yield* frame.unlock();
  }

  /** Takes the operations off a page, the tag stays; gives whether there were any. May sleep on its lock. */
  *unregister(number: number): Op<boolean> {
    const frame = yield* this.lockFrame(number);
    const registered = yield* pageMovable(frame);
    if (registered) yield* clearPageMovable(frame);
    yield* frame.unlock();
    return registered;
  }

  /** Makes an ordinary page of one that is not isolated. May sleep on its lock. */
  *makePlain(number: number): Op<void> {
    const frame = yield* this.lockFrame(number);
    yield* resetPageMapping(frame);
    yield* frame.unlock();
  }

  /** Has `isolatePage` accept a page or refuse it. */
  *setAccepts(number: number, accepts: boolean): Op<void> {
    yield* this.lock.acquire();
    this.pages.get(number)!.accepts = accepts;
    yield* this.lock.release();
  }

  /** Has `migratePage` of a page say `error` the next `times` times, -1 = for ever. */
  *setError(number: number, error: number, times: number): Op<void> {
    yield* this.lock.acquire();
    const page = this.pages.get(number)!;
    page.error = error;
    page.times = times;
    yield* this.lock.release();
  }

  /** Locks the frame that a page has now. May sleep. */
  private *lockFrame(number: number): Op<Page> {
    for (;;) {
      yield* this.lock.acquire();
      const { frame } = this.pages.get(number)!;
      // Keeps it alive while we sleep; its page may have moved on by then.
      yield* frame.get();
      yield* this.lock.release();
      yield* frame.lock();
      yield* this.lock.acquire();
      const there = this.pages.get(number)!.frame === frame;
      yield* this.lock.release();
      if (!there) yield* frame.unlock();
      yield* frame.put();
      if (there) return frame;
    }
  }

  /** Locks: `lock`. The VM calls for pages that are marked, and those are ours. */
  private pageOf(frame: Page): OwnedPage {
    for (const page of this.pages.values()) if (page.frame === frame) return page;
    throw new Error(`${frame} is none of mvdrv's`);
  }
}
