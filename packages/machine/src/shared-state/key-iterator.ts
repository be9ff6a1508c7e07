import type { KeyedContainer } from './keyed-container.js';

const IteratorPrototype = Reflect.getPrototypeOf(Reflect.getPrototypeOf(new Map().keys())!)!;

/** Which part of a native step is the key, and which part is handed out. */
export type Steps = 'keys' | 'members' | 'values' | 'entries';

/**
 * Walks the native iterator of a tracked Map or Set and records each step: the order, and the key's own location when its value
 * is handed out. Live, as the native iterator is.
 */
export class TrackedKeyIterator {
  readonly #container: KeyedContainer;
  readonly #native: Iterator<unknown>;
  readonly #steps: Steps;

  constructor(container: KeyedContainer, native: Iterator<unknown>, steps: Steps) {
    this.#container = container;
    this.#native = native;
    this.#steps = steps;
  }

  next(): IteratorResult<unknown> {
    this.#container.readOrder();
    const step = this.#native.next();
    if (step.done || this.#steps === 'keys') return step;
    if (this.#steps === 'members') {
      this.#container.readKey(step.value);
      return step;
    }
    const entry = step.value as [unknown, unknown];
    this.#container.readKey(entry[0]);
    return this.#steps === 'values' ? { value: entry[1], done: false } : step;
  }
}

Object.setPrototypeOf(TrackedKeyIterator.prototype, IteratorPrototype);
