// mutate-ignore-file: the transport, which is virtio's and not the driver's
import { completion, kthread, shared, type Completion, type Op } from '@movable-pages/core';

/**
 * A queue to the host for one request at a time, with the device's thread at the other end.
 *
 * Guest and host hand the request back and forth, so the request needs no lock of the host's: the guest writes it, `kicked`
 * gives it to the host, `acked` gives it back. Who may write it is the guest's affair.
 *
 * @kernel drivers/virtio/virtio_balloon.c tell_host, balloon_ack
 * @since 0.1.0
 */
export class VirtQueue {
  private readonly answer = shared({ status: 0 });
  private readonly kicked: Completion;
  private readonly acked: Completion;

  /**
   * Made in the constructor of its driver, like everything that executions start from.
   *
   * @param serve What the device does with the request; gives 0 or a negative error.
   */
  constructor(name: string, serve: () => Op<number>) {
    this.kicked = completion(`${name} kicked`);
    this.acked = completion(`${name} acked`);
    kthread(name, { party: 'device', daemon: true }, () => this.serve(serve));
    Object.freeze(this);
  }

  /**
   * Gives the request to the host and waits until it has it back. Sleeps for as long as the host likes.
   *
   * Locks: what guards the request.
   *
   * @returns What the device said: 0 or a negative error.
   */
  *kick(): Op<number> {
    yield* this.kicked.complete();
    yield* this.acked.wait();
    return this.answer.status;
  }

  private *serve(serve: () => Op<number>): Op<never> {
    for (;;) {
      yield* this.kicked.wait();
      this.answer.status = yield* serve();
      yield* this.acked.complete();
    }
  }
}
