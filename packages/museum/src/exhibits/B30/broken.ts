import type { Op } from '@movable-pages/core';
import { BalloonBase } from '../../bases/balloon/driver.js';

/** Forgets clearPageMovable. */
export class LeavesTheMark extends BalloonBase {
  protected override *letGo(): Op<void> {}
}
