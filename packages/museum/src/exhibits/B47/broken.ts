import type { Page } from '@movable-pages/core';
import { BufferDriver, type Buffer } from '../../bases/buffers/driver.js';

/** Writes the first slot alone. */
export class RedirectsOneSlot extends BufferDriver {
  protected override repoint(owner: Buffer, page: Page): void {
    owner.slots[0] = page;
  }
}
