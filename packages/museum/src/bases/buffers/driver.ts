import {
  clearPageMovable,
  copyPage,
  Errno,
  freeShared,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  pageList,
  relax,
  setPageMovable,
  shared,
  spinLock,
  yieldNow,
  type AddressSpaceDriver,
  type DriverContext,
  type MovableMapping,
  type Op,
  type Page,
  type PageList,
  type Workload,
} from '@movable-pages/core';
import { driverBase } from '../../driver-twins.js';

/** Slots of a buffer that lead to its page: as a large folio of the swap cache has several. */
const SLOTS = 2;

/** A buffer: the owner of a page. */
export interface Buffer {
  /** What leads to the page. Locks: `buffers.lock`. */
  readonly slots: (Page | null)[];
}

/** What is known of the page in a frame. Locks: `buffers.lock`. */
export interface FrameState {
  /** The buffer that the page belongs to; null once it is being freed. */
  owner: Buffer | null;
  /** Users that look at the contents now. */
  users: number;
  /** It is being moved: nobody may become a user. */
  migrating: boolean;
}

/**
 * Buffers of one page each, as block devices, rings of asynchronous I/O and the swap cache have them: an owner for each
 * page, which may be freed while the VM has the page; slots that lead to it; a count of users; and faults, which find the
 * page by themselves. One spinlock guards all but the contents.
 *
 * Each step that history got wrong is a method of its own, for a broken twin to override.
 *
 * @kernel fs/buffer.c, fs/aio.c, mm/swap_state.c, mm/memory.c
 */
export class BufferDriver implements AddressSpaceDriver {
  protected readonly lock = spinLock('buffers.lock');
  protected readonly frames: FrameState[];
  private readonly list: PageList;

  constructor(protected readonly context: DriverContext) {
    const { kernel } = context;
    this.list = pageList(kernel, 'buffers');
    this.frames = shared(
      Array.from({ length: kernel.frames.count }, () => ({
        owner: null as Buffer | null,
        users: 0,
        migrating: false,
      })),
    );
  }

  // ---- callbacks ----------------------------------------------------------------------------------------------------

  *isolatePage(page: Page, _mode: number): Op<boolean> {
    yield* this.lock.acquire();
    this.list.remove(page);
    yield* this.lock.release();
    return true;
  }

  *migratePage(mapping: MovableMapping, newPage: Page, oldPage: Page, mode: MigrateMode): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    if (!(yield* this.beginMove(oldPage))) return -Errno.EAGAIN;
    yield* this.copy(newPage, oldPage, mode);
    yield* newPage.get();
    yield* this.lock.acquire();
    yield* this.redirect(newPage, oldPage);
    this.list.add(newPage);
    yield* this.lock.release();
    yield* setPageMovable(newPage, mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }

  *putbackPage(page: Page): Op<void> {
    yield* this.lock.acquire();
    this.list.add(page);
    yield* this.lock.release();
  }

  // ---- steps of a move ----------------------------------------------------------------------------------------------

  /** Keeps users and the end of its owner away from a page that nobody uses. @kernel fs/buffer.c __buffer_migrate_folio */
  protected *beginMove(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    const frame = this.frames[page.pfn]!;
    const free = frame.owner !== null && frame.users === 0;
    if (free) frame.migrating = true;
    yield* this.lock.release();
    return free;
  }

  /** Copies, piece by piece: between the pieces of a large page others may run. @kernel mm/util.c folio_mc_copy */
  protected *copy(newPage: Page, oldPage: Page, mode: MigrateMode): Op<void> {
    yield* copyPage(newPage, oldPage);
    if (mode !== MigrateMode.async) yield* this.rest();
  }

  /** Lets others run. May sleep. @kernel include/linux/sched.h cond_resched */
  protected *rest(): Op<void> {
    this.context.kernel.machine.mightSleep('cond_resched', false);
    yield* yieldNow();
  }

  /** Leads every slot to the new page. Locks: `buffers.lock`. @kernel mm/migrate.c folio_migrate_mapping */
  protected *redirect(newPage: Page, oldPage: Page): Op<void> {
    const from = this.frames[oldPage.pfn]!;
    const to = this.frames[newPage.pfn]!;
    const { owner } = from;
    this.repoint(owner!, newPage);
    to.owner = owner;
    from.owner = null;
    from.migrating = false;
  }

  /** Writes the slots. Locks: `buffers.lock`. */
  protected repoint(owner: Buffer, page: Page): void {
    for (let slot = 0; slot < SLOTS; slot++) owner.slots[slot] = page;
  }

  // ---- what users call ----------------------------------------------------------------------------------------------

  protected *allocate(): Op<Buffer | null> {
    const page = yield* this.context.allocator.allocPage();
    if (page === null) return null;
    yield* page.lock();
    yield* this.lock.acquire();
    const buffer = shared<Buffer>({ slots: [page, page] });
    this.frames[page.pfn]!.owner = buffer;
    this.list.add(page);
    yield* this.lock.release();
    yield* setPageMovable(page, this.context.mapping);
    yield* page.unlock();
    return buffer;
  }

  /** Becomes a user of the page and writes it. @kernel fs/buffer.c __find_get_block */
  protected *write(buffer: Buffer, value: number): Op<void> {
    const page = yield* this.lookUp(buffer);
    page.writeWord(0, value);
    yield* this.lock.acquire();
    this.frames[page.pfn]!.users--;
    yield* this.lock.release();
  }

  /** Reads as a fault does: the page lock keeps the page where it is. @kernel mm/memory.c do_swap_page */
  protected *read(buffer: Buffer): Op<number> {
    for (;;) {
      yield* this.lock.acquire();
      const page = buffer.slots[SLOTS - 1]!;
      yield* this.hold(page);
      yield* this.lock.release();
      yield* page.lock();
      yield* this.lock.acquire();
      const same = buffer.slots[SLOTS - 1] === page;
      yield* this.lock.release();
      const value = same ? page.readWord(0) : 0;
      yield* page.unlock();
      yield* this.drop(page);
      if (same) return value;
    }
  }

  /** Frees the owner first, then its page, which the VM may have. @kernel fs/aio.c free_ioctx */
  protected *free(buffer: Buffer): Op<void> {
    const page = yield* this.lockIdle(buffer);
    this.detach(page);
    yield* page.get();
    yield* this.lock.release();
    freeShared(buffer);
    yield* page.lock();
    yield* this.lock.acquire();
    if (this.list.has(page)) this.list.remove(page);
    this.frames[page.pfn]!.owner = null;
    yield* this.lock.release();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
    yield* page.put();
  }

  /** The page of a buffer that is not on the move, `buffers.lock` held. */
  private *lockIdle(buffer: Buffer): Op<Page> {
    for (;;) {
      yield* this.lock.acquire();
      const page = buffer.slots[0]!;
      if (!this.frames[page.pfn]!.migrating) return page;
      yield* this.lock.release();
      yield* relax();
    }
  }

  private *lookUp(buffer: Buffer): Op<Page> {
    const page = yield* this.lockIdle(buffer);
    this.frames[page.pfn]!.users++;
    yield* this.lock.release();
    return page;
  }

  // ---- steps of what users call -------------------------------------------------------------------------------------

  /** Keeps a page alive that a fault has found. Locks: `buffers.lock`. */
  protected *hold(page: Page): Op<void> {
    yield* page.get();
  }

  /** The fault is over. */
  protected *drop(page: Page): Op<void> {
    yield* page.put();
  }

  /** The owner is about to be freed: nobody finds it from its page any more. Locks: `buffers.lock`. */
  protected detach(page: Page): void {
    this.frames[page.pfn]!.owner = null;
  }

  /** How a test uses buffers. */
  workload(): Workload<Buffer> {
    return {
      allocate: () => this.allocate(),
      write: (buffer, value) => this.write(buffer, value),
      read: (buffer) => this.read(buffer),
      free: (buffer) => this.free(buffer),
    };
  }
}

/** The base of the exhibits of buffers. */
export const buffers = driverBase('buffers', BufferDriver);
