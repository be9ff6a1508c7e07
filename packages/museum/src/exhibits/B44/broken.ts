import type { Op, Page } from '@movable-pages/core';
import { BufferDriver } from '../../bases/buffers/driver.js';

/** Looks for users, and keeps none away. */
export class ChecksThenMoves extends BufferDriver {
  protected override *beginMove(page: Page): Op<boolean> {
    yield* this.lock.acquire();
    const frame = this.frames[page.pfn]!;
    const free = frame.owner !== null && frame.users === 0;
    yield* this.lock.release();
    return free;
  }
}
