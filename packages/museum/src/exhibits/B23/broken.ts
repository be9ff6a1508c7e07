import { BalloonBase } from '../../bases/balloon/driver.js';

/** Returns 1 for "moved". */
export class SaysItsOwnSuccess extends BalloonBase {
  protected override success(): number {
    return 1;
  }
}
