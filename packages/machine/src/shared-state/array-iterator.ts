import type { TrackedArray } from './tracked-array.js';

const IteratorPrototype = Reflect.getPrototypeOf(Reflect.getPrototypeOf([][Symbol.iterator]())!)!;

/**
 * A live iterator, as the native one: a thread may suspend inside `for (const x of tracked)`, so every step reads
 * `length` and the element anew.
 */
export class TrackedArrayIterator {
  #at = 0;
  #array: TrackedArray | null;
  readonly #mode: 'values' | 'entries';

  constructor(array: TrackedArray, mode: 'values' | 'entries') {
    this.#array = array;
    this.#mode = mode;
  }

  next(): { value: unknown; done: boolean } {
    const array = this.#array;
    if (array === null) return { value: undefined, done: true };
    const at = this.#at++;
    if (at >= array.length()) {
      this.#array = null;
      return { value: undefined, done: true };
    }
    const value = array.read(at);
    return { value: this.#mode === 'values' ? value : [at, value], done: false };
  }
}

// Iterator helpers, where the engine has them, and [Symbol.iterator] come from the native prototype.
Object.setPrototypeOf(TrackedArrayIterator.prototype, IteratorPrototype);
