import type { Op } from '@movable-pages/core';
import { BalloonBase } from '../../bases/balloon/driver.js';

/** Jumps past the label. */
export class LeavesThemRegistered extends BalloonBase {
  protected override *undoRegister(): Op<void> {}
}
