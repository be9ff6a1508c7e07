import {
  clearPageMovable,
  copyPage,
  Errno,
  inject,
  KernelService,
  MappingTag,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  movableDriver,
  MovableMapping,
  PageAllocator,
  PageFlag,
  pageMovable,
  PageWord,
  setPageMovable,
  shared,
  spinLock,
  type MovableOperationsDriver,
  type Op,
  type Page,
  type PageList,
  type Workload,
} from '@movable-pages/core';
import { newDriverPage, type DriverPage } from './driver-page.js';
import { modeName, returned, type LogEntry } from './log.js';
import { PageLockHolder } from './page-lock-holder.js';

/**
 * A toy driver that owns movable pages, does with them what its commands say (`commands.ts`) and logs every callback: the
 * counterpart of the kernel module that the records of driver pages were made with.
 *
 * Commands come one at a time; callbacks come whenever the VM likes.
 */
@movableDriver({ name: 'mvdrv', contract: 'movable_operations' })
export class Mvdrv implements MovableOperationsDriver {
  /** Guards the pages and the log. Comes after page locks. */
  readonly lock = spinLock('mvdrv.lock');
  /** The pages by number. */
  readonly pages = shared<DriverPage[]>([]);
  readonly log = shared<LogEntry[]>([]);
  /** What is logged when a command ends: released pages that it freed. */
  readonly freed = shared<{ page: number; refs: number; movable: boolean; isolated: boolean }[]>([]);
  /** The frames that the pages were cut from; `inUse` from `alloc` to `free`. */
  readonly range = shared({ start: 0, count: 0, inUse: false });
  /** Pages that stay isolated from one command to the next: from isolation to putback the links are the VM's. */
  readonly held: PageList;
  readonly lockHolder = new PageLockHolder();

  constructor(
    @inject(KernelService) readonly kernel: KernelService,
    @inject(PageAllocator) readonly allocator: PageAllocator,
    @inject(MovableMapping) readonly mapping: MovableMapping,
  ) {
    this.held = kernel.lists.create('mvdrv.held', 'vm');
    kernel.events.on('page_free', ({ page }) => this.noteFreed(page));
  }

  *isolatePage(frame: Page, mode: number): Op<boolean> {
    yield* this.lock.acquire();
    const page = this.numberOf(frame);
    const ret = this.pages[page]!.accepts;
    this.say({ call: 'isolate_page', page, isolate_mode: mode, ret, refs: frame.refCount });
    yield* this.lock.release();
    return ret;
  }

  *migratePage(newFrame: Page, oldFrame: Page, mode: MigrateMode): Op<number> {
    // Without a copy there is nothing to do for us.
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    yield* this.lock.acquire();
    const number = this.numberOf(oldFrame);
    const page = this.pages[number]!;
    const ret = page.times === 0 ? MIGRATEPAGE_SUCCESS : page.error;
    if (page.times > 0) page.times--;
    this.say({
      call: 'migrate_page',
      page: number,
      mode: modeName(mode),
      ret: returned(ret),
      src_refs: oldFrame.refCount,
      dst_refs: newFrame.refCount,
      from: oldFrame.node,
      to: newFrame.node,
    });
    yield* this.lock.release();
    if (ret !== MIGRATEPAGE_SUCCESS) return ret;
    yield* newFrame.get();
    yield* copyPage(newFrame, oldFrame);
    yield* setPageMovable(newFrame, this.mapping);
    yield* this.lock.acquire();
    page.frame = newFrame;
    yield* this.lock.release();
    yield* clearPageMovable(oldFrame);
    yield* oldFrame.put();
    return MIGRATEPAGE_SUCCESS;
  }

  *putbackPage(frame: Page): Op<void> {
    yield* this.lock.acquire();
    this.say({ call: 'putback_page', page: this.numberOf(frame), refs: frame.refCount });
    yield* this.lock.release();
  }

  /** How a test uses the driver: an object is a page, named by its number. */
  workload(): Workload<number> {
    const { allocator, pages } = this;
    const adopt = (frame: Page): Op<number> => this.adopt(frame);
    return {
      *allocate() {
        const frame = yield* allocator.allocPage();
        return frame === null ? null : yield* adopt(frame);
      },
      free: (number) => this.release(number),
      inspect: () => {
        const owned = pages.filter((page) => page.owned).length;
        return { pages: owned, objects: owned };
      },
    };
  }

  /** Makes a new frame the driver's next page; gives its number. May sleep. */
  *adopt(frame: Page): Op<number> {
    yield* this.lock.acquire();
    const number = this.pages.push(newDriverPage(frame)) - 1;
    yield* this.lock.release();
    yield* this.register(number);
    return number;
  }

  /** Marks a page movable. May sleep on its lock. */
  *register(number: number): Op<void> {
    const frame = yield* this.lockFrame(number);
    yield* setPageMovable(frame, this.mapping);
    yield* frame.unlock();
  }

  /** Gives a page up, isolated or not: its mark, if it has one, and the driver's reference. May sleep on its lock. */
  *release(number: number): Op<void> {
    const frame = yield* this.lockFrame(number);
    if (yield* pageMovable(frame)) yield* clearPageMovable(frame);
    yield* frame.unlock();
    yield* this.lock.acquire();
    this.pages[number]!.owned = false;
    yield* this.lock.release();
    yield* frame.put();
  }

  /** Locks the frame that an owned page has now. May sleep. */
  *lockFrame(number: number): Op<Page> {
    for (;;) {
      yield* this.lock.acquire();
      const frame = this.pages[number]!.frame!;
      // Keeps it alive while we sleep; it may have moved by then.
      yield* frame.get();
      yield* this.lock.release();
      yield* frame.lock();
      yield* this.lock.acquire();
      const there = this.pages[number]!.frame === frame;
      yield* this.lock.release();
      if (!there) yield* frame.unlock();
      yield* frame.put();
      if (there) return frame;
    }
  }

  /** Adds a line to the log. Locks: `lock`, or no callback can come. */
  say(entry: LogEntry): void {
    this.log.push(Object.freeze(entry));
  }

  /** The number of the page whose frame this is now, or -1. Locks: `lock`. */
  numberOf(frame: Page): number {
    return this.pages.findIndex((page) => page.frame === frame);
  }

  /** A frame went back to the allocator: the page that had it is no more. Runs inside the step that frees it. */
  private noteFreed(frame: Page): void {
    const number = this.numberOf(frame);
    if (number < 0) return;
    const mapping = this.kernel.frames.peek(frame.pfn, PageWord.mapping);
    this.pages[number]!.frame = null;
    const entry = {
      page: number,
      refs: frame.refCount,
      movable: (mapping & MappingTag.mask) === MappingTag.movable,
      isolated: (frame.peekFlags() & PageFlag.isolated) !== 0,
    };
    this.freed.push(Object.freeze(entry));
  }
}
