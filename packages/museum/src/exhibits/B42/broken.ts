import { BufferDriver } from '../../bases/buffers/driver.js';

/** Frees the owner while its page still leads to it. */
export class StaysAttached extends BufferDriver {
  protected override detach(): void {}
}
