import { ambientHost } from './ambient-host.js';

/**
 * The base of classes whose instances are tracked state. Its constructor returns the tracked form, so `this` is tracked in the
 * derived constructor, in methods and in getters. Declared fields are tracked, and literals in their initial values are
 * taken in as by `shared()`. Fields may be added until the object is first stored. `#private` fields are not tracked and must not
 * change.
 *
 * @example
 * class Rec extends SharedObject {
 *   mapped = false;
 *   constructor(readonly page: Page) { super(); }
 * }
 *
 * @throws {MachineError} `MP_NO_MACHINE`
 * @since 0.1.0
 */
export abstract class SharedObject {
  constructor() {
    const machine = ambientHost(`new ${new.target.name}()`);
    if (machine.tracked) return machine.space.adopt(this) as this;
  }
}
