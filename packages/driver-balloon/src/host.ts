// mutate-ignore-file: the host's side of the queues, which no driver answers for
import {
  choose,
  Errno,
  shared,
  type FreeBlock,
  type KernelService,
  type Op,
  type Page,
} from '@movable-pages/core';
import { VirtQueue } from './virt-queue.js';

/** Asked of a host that may fail, for each request. 1: it breaks down; 2: it refuses to take pages. */
const HOST_FAILS = 'balloon host fails';

/**
 * The host's side of the balloon, and what it believes.
 *
 * A host that breaks down forgets all that it had, and answers `-EIO` from then on; the memory is the guest's again. A host
 * may refuse to take pages with `-EAGAIN`; it cannot refuse to give them back.
 *
 * @kernel drivers/virtio/virtio_balloon.c tell_host
 * @since 0.1.0
 */
export class BalloonHost {
  /** The pages that the host believes to be in the balloon, by page frame number: it may have taken their memory. */
  readonly inflated: ReadonlySet<number>;
  private readonly believed = shared(new Set<number>());
  private readonly request = shared({ inflate: false, pfns: [] as number[] });
  private readonly state = shared({ broken: false });
  private readonly queue: VirtQueue;

  /** Made in the constructor of its driver, like everything that executions start from. */
  constructor(fails: boolean) {
    this.inflated = this.believed;
    this.queue = new VirtQueue('balloon host', () => this.serve(fails));
    Object.freeze(this);
  }

  /**
   * Tells the host that pages are in the balloon, and waits until it knows. Sleeps for as long as the host likes.
   *
   * Locks: `balloon_lock`.
   *
   * @returns 0. `-EAGAIN`: it does not take them. `-EIO`: it has broken down. Unless 0, the pages are the guest's.
   */
  tellInflated(pages: readonly Page[]): Op<number> {
    return this.tell(pages, true);
  }

  /**
   * Tells the host that pages are the guest's again, and waits until it knows. Only then may they be used, whatever it
   * says. Sleeps for as long as the host likes.
   *
   * Locks: `balloon_lock`.
   *
   * @returns 0. `-EIO`: it has broken down.
   */
  tellDeflated(pages: readonly Page[]): Op<number> {
    return this.tell(pages, false);
  }

  /** Whether it has broken down, as it is. For reports. */
  get broken(): boolean {
    return this.state.broken;
  }

  private *tell(pages: readonly Page[], inflate: boolean): Op<number> {
    const { request } = this;
    request.inflate = inflate;
    for (const page of pages) request.pfns.push(page.pfn);
    const status = yield* this.queue.kick();
    // A question that was refused leaves the driver as it was.
    request.inflate = false;
    request.pfns.length = 0;
    return status;
  }

  private *serve(fails: boolean): Op<number> {
    const { believed, request, state } = this;
    if (state.broken) return -Errno.EIO;
    const fault = fails ? yield* choose(HOST_FAILS, request.inflate ? 3 : 2) : 0;
    if (fault === 1) {
      state.broken = true;
      believed.clear();
      return -Errno.EIO;
    }
    if (fault === 2) return -Errno.EAGAIN;
    for (const pfn of request.pfns) {
      if (request.inflate) believed.add(pfn);
      else believed.delete(pfn);
    }
    return 0;
  }
}

/**
 * The host's side of free page reporting. It drops what the blocks hold before it answers.
 *
 * @kernel drivers/virtio/virtio_balloon.c virtballoon_free_page_report
 * @since 0.1.0
 */
export class ReportingHost {
  private readonly request = shared({ blocks: [] as { pfn: number; pages: number }[] });
  private readonly queue: VirtQueue;

  /** Made in the constructor of its driver, like everything that executions start from. */
  constructor(
    private readonly kernel: KernelService,
    fails: boolean,
  ) {
    this.queue = new VirtQueue('balloon reporting host', () => this.serve(fails));
    Object.freeze(this);
  }

  /**
   * Tells the host of free blocks, and waits until it knows. Sleeps for as long as the host likes.
   *
   * @returns 0. `-EIO`: it has broken down, and has not heard of them.
   */
  *tellFree(blocks: readonly FreeBlock[]): Op<number> {
    const { request } = this;
    for (const { pfn, order } of blocks) request.blocks.push(Object.freeze({ pfn, pages: 1 << order }));
    const status = yield* this.queue.kick();
    request.blocks.length = 0;
    return status;
  }

  private *serve(fails: boolean): Op<number> {
    if (fails && (yield* choose(HOST_FAILS, 2)) === 1) return -Errno.EIO;
    for (const { pfn, pages } of this.request.blocks)
      for (let at = pfn; at < pfn + pages; at++) this.kernel.contents.zero(at);
    return 0;
  }
}
