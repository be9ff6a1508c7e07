import { GroupDriver } from '../../bases/groups/driver.js';

/** One bit, for groups of two pages. */
export class CountsInOneBit extends GroupDriver {
  protected override isolatedBits(): number {
    return 1;
  }
}
