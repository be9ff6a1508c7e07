import { CONTAINER } from './container.js';
import type { KeyedContainer } from './keyed-container.js';

class Returned {
  constructor(object: object) {
    // A derived class adds its private fields to whatever the base constructor returns.
    return object;
  }
}

/**
 * Hangs a container on a Map or Set under a private name: quicker than a hidden property or a WeakMap, and invisible to
 * debug printing and to deep equality.
 */
export class Stamp extends Returned {
  readonly #container: KeyedContainer;

  constructor(object: object, container: KeyedContainer) {
    super(object);
    this.#container = container;
  }

  static of(object: object): KeyedContainer | undefined {
    return #container in object ? object.#container : undefined;
  }
}

/**
 * Dresses the prototype of a tracked Map or Set: names it after the native one, makes the container reachable, and
 * covers every native method that it does not define itself.
 */
export function dress(prototype: object, native: object): void {
  for (const name of Reflect.ownKeys(native)) {
    if (Object.hasOwn(prototype, name) && name !== 'constructor') continue;
    const descriptor = Reflect.getOwnPropertyDescriptor(native, name)!;
    if (typeof descriptor.value !== 'function' || name === 'constructor') {
      Object.defineProperty(prototype, name, descriptor);
    } else {
      const refuse = function (this: object): never {
        throw Stamp.of(this)!.unsupported(String(name));
      };
      Object.defineProperty(prototype, name, { ...descriptor, value: refuse });
    }
  }
  // Debug printing asks for size and iterates; it gets a plain copy instead.
  Object.defineProperty(prototype, Symbol.for('nodejs.util.inspect.custom'), {
    value(this: object) {
      return Stamp.of(this)?.plain() ?? {};
    },
  });
  Object.defineProperty(prototype, CONTAINER, {
    get(this: object) {
      return Stamp.of(this);
    },
  });
}
