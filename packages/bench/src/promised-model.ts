import type { Scheduler } from 'fast-check';
import type { StandardModelOptions } from './standard-model.js';

const ISOLATED = 1;

/** A lock that asks the scheduler before it is taken and before it is dropped. */
class PromisedLock {
  private taken = false;
  private waiters: (() => void)[] = [];

  constructor(private readonly scheduler: Scheduler) {}

  async acquire(): Promise<void> {
    await step(this.scheduler);
    while (this.taken) {
      await new Promise<void>((resolve) => this.waiters.push(resolve));
      await step(this.scheduler);
    }
    this.taken = true;
  }

  async tryAcquire(): Promise<boolean> {
    await step(this.scheduler);
    if (this.taken) return false;
    this.taken = true;
    return true;
  }

  async release(): Promise<void> {
    await step(this.scheduler);
    this.taken = false;
    const { waiters } = this;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}

interface PromisedPage {
  readonly lock: PromisedLock;
  flags: number;
  refCount: number;
  handle: number;
  readonly frames: number[];
}

function step(scheduler: Scheduler): Promise<void> {
  return scheduler.schedule(Promise.resolve());
}

/**
 * The standard model once more, as one would write it for the scheduler of fast-check: threads are asynchronous functions that
 * ask the scheduler before every operation. The operations are those of `standardModel`, one for one.
 */
export async function promisedModel(scheduler: Scheduler, options: StandardModelOptions): Promise<void> {
  const list = new PromisedLock(scheduler);
  const pages = Array.from({ length: options.pages }, (): PromisedPage => ({
    lock: new PromisedLock(scheduler),
    flags: 0,
    refCount: 1,
    handle: 0,
    frames: [0, 0],
  }));
  const model = new PromisedModel(scheduler, pages, list, options);
  const threads = [model.compact()];
  for (let id = 0; id < options.drivers; id++) threads.push(model.drive(id));
  await scheduler.waitFor(Promise.all(threads));
}

class PromisedModel {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly pages: readonly PromisedPage[],
    private readonly list: PromisedLock,
    private readonly options: StandardModelOptions,
  ) {}

  async compact(): Promise<void> {
    await step(this.scheduler);
    for (const page of this.pages) {
      await step(this.scheduler);
      if (page.refCount === 0) continue;
      page.refCount++;
      if (await this.isolate(page)) await this.migrateOrPutBack(page);
      await step(this.scheduler);
      page.refCount--;
    }
  }

  async drive(id: number): Promise<void> {
    await step(this.scheduler);
    for (let round = 0; round < this.options.rounds; round++) {
      const contents = id * this.options.rounds + round + 1;
      for (const page of this.pages) {
        if (!(await this.allocate(page))) continue;
        await this.write(page, contents);
        await this.free(page, contents);
        break;
      }
    }
  }

  private async isolate(page: PromisedPage): Promise<boolean> {
    if (!(await page.lock.tryAcquire())) return false;
    await this.list.acquire();
    await step(this.scheduler);
    const used = page.handle !== 0;
    await this.list.release();
    if (used) {
      await step(this.scheduler);
      page.flags |= ISOLATED;
    }
    await page.lock.release();
    return used;
  }

  private async migrateOrPutBack(page: PromisedPage): Promise<void> {
    await page.lock.acquire();
    await this.list.acquire();
    await step(this.scheduler);
    const { handle } = page;
    if (handle !== 0) {
      await step(this.scheduler);
      const contents = page.frames[handle - 1]!;
      await step(this.scheduler);
      page.frames[2 - handle] = contents;
      await step(this.scheduler);
      page.handle = 3 - handle;
    }
    await this.list.release();
    await step(this.scheduler);
    page.flags &= ~ISOLATED;
    await page.lock.release();
  }

  private async allocate(page: PromisedPage): Promise<boolean> {
    await this.list.acquire();
    await step(this.scheduler);
    const got = page.handle === 0;
    if (got) page.handle = 1;
    await this.list.release();
    return got;
  }

  private async write(page: PromisedPage, contents: number): Promise<void> {
    if (this.options.planted !== true) await page.lock.acquire();
    await step(this.scheduler);
    const { handle } = page;
    await step(this.scheduler);
    page.frames[handle - 1] = contents;
    if (this.options.planted !== true) await page.lock.release();
  }

  private async free(page: PromisedPage, contents: number): Promise<void> {
    await this.list.acquire();
    await step(this.scheduler);
    const { handle } = page;
    await step(this.scheduler);
    const found = page.frames[handle - 1]!;
    if (found !== contents) throw new Error(`wrote ${contents}, found ${found}`);
    await step(this.scheduler);
    page.handle = 0;
    await step(this.scheduler);
    if ((page.flags & ISOLATED) === 0) {
      await step(this.scheduler);
      page.frames[handle - 1] = 0;
    }
    await this.list.release();
  }
}
