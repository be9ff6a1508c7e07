const SCAN = 6;

/**
 * The ordered keys of a tracked object, shared by all objects with the same keys. Shapes form a tree by key added, so that
 * taking in a literal with known keys allocates nothing for them.
 */
export class Shape {
  readonly #children = new Map<PropertyKey, Shape>();
  readonly #slots: Map<PropertyKey, number>;

  private constructor(readonly keys: readonly PropertyKey[]) {
    this.#slots = new Map(keys.map((key, slot) => [key, slot]));
  }

  static root(): Shape {
    return new Shape([]);
  }

  with(key: PropertyKey): Shape {
    let child = this.#children.get(key);
    if (child === undefined) {
      child = new Shape([...this.keys, key]);
      this.#children.set(key, child);
    }
    return child;
  }

  /** The slot of a key, or -1. A scan over a few interned names is quicker than hashing. */
  slotOf(key: PropertyKey): number {
    const { keys } = this;
    if (keys.length > SCAN) return this.#slots.get(key) ?? -1;
    for (let slot = 0; slot < keys.length; slot++) if (keys[slot] === key) return slot;
    return -1;
  }
}
