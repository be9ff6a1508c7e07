import { Z3foldDriver } from '../../bases/z3fold/driver.js';

/** Unlocks the old header without a word. */
export class DoesNotRetire extends Z3foldDriver {
  protected override retire(): void {}
}
