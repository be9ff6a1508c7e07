import { completion, kthread, shared, type Op, type Page } from '@movable-pages/core';

/**
 * The host's side of the balloon: a device thread that answers one request at a time, and what it believes.
 *
 * Guest and host hand the request back and forth, so no lock of the host's own is needed: the guest writes it under
 * `balloon_lock`, `kicked` gives it to the host, `acked` gives it back.
 *
 * @kernel drivers/virtio/virtio_balloon.c tell_host, balloon_ack
 * @since 0.1.0
 */
export class BalloonHost {
  /** The pages that the host believes to be in the balloon, by page frame number: it may have taken their memory. */
  readonly inflated: ReadonlySet<number>;
  private readonly believed = shared(new Set<number>());
  private readonly request = shared({ pfn: -1, inflate: false });
  private readonly kicked = completion('balloon host kicked');
  private readonly acked = completion('balloon host acked');

  /** Made in the constructor of its driver, like everything that executions start from. */
  constructor() {
    this.inflated = this.believed;
    kthread('balloon host', { party: 'device', daemon: true }, () => this.serve());
    Object.freeze(this);
  }

  /**
   * Tells the host that a page is in the balloon, and waits until it knows. Sleeps for as long as the host likes.
   *
   * Locks: `balloon_lock`.
   */
  *tellInflated(page: Page): Op<void> {
    yield* this.tell(page, true);
  }

  /**
   * Tells the host that a page is the guest's again, and waits until it knows. Only then may the page be used. Sleeps
   * for as long as the host likes.
   *
   * Locks: `balloon_lock`.
   */
  *tellDeflated(page: Page): Op<void> {
    yield* this.tell(page, false);
  }

  private *tell(page: Page, inflate: boolean): Op<void> {
    this.request.pfn = page.pfn;
    this.request.inflate = inflate;
    yield* this.kicked.complete();
    yield* this.acked.wait();
  }

  private *serve(): Op<never> {
    const { believed, request } = this;
    for (;;) {
      yield* this.kicked.wait();
      if (request.inflate) believed.add(request.pfn);
      else believed.delete(request.pfn);
      yield* this.acked.complete();
    }
  }
}
