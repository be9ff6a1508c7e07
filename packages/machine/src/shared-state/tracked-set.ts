import type { TrackingSpace, Visit } from './container.js';
import { KeyedContainer } from './keyed-container.js';
import { TrackedKeyIterator } from './key-iterator.js';
import { dress, Stamp } from './stamp.js';

const native = Set.prototype;

/** The bookkeeping of a tracked Set, whose members stay in the Set itself. */
export class SetContainer extends KeyedContainer {
  readonly kind = 'set';
  readonly face: Set<unknown>;

  constructor(space: TrackingSpace, set: Set<unknown>) {
    super(space);
    this.face = set;
    Object.setPrototypeOf(set, TrackedSet.prototype);
    new Stamp(set, this);
  }

  /** Stores a member of the literal, unrecorded. */
  put(member: unknown): void {
    this.locate(member);
    native.add.call(this.face, member);
  }

  override plain(): Set<unknown> {
    return new Set(native.values.call(this.face));
  }

  override copy(): unknown[] {
    return [...native.values.call(this.face)];
  }

  override restore(contents: readonly unknown[]): void {
    native.clear.call(this.face);
    for (let at = 0; at < contents.length; at++) native.add.call(this.face, contents[at]);
  }

  override writeEverything(): void {
    this.writeAll(this.copy());
  }

  override valueAt(location: number): unknown {
    if (location === this.order) return Reflect.get(native, 'size', this.face);
    return native.has.call(this.face, this.keyAt(location));
  }

  override visit(visit: Visit): void {
    let at = 0;
    native.forEach.call(this.face, (member) => visit(member, `.values[${at++}]`));
  }
}

function setOf(set: object): SetContainer {
  return Stamp.of(set) as SetContainer;
}

/** The prototype that a Set gets when it is taken into tracked state. */
class TrackedSet extends Set<unknown> {
  override get size(): number {
    setOf(this).readOrder();
    return super.size;
  }

  override has(member: unknown): boolean {
    setOf(this).readKey(member);
    return super.has(member);
  }

  override add(member: unknown): this {
    const container = setOf(this);
    container.readKey(member);
    if (super.has(member)) return this;
    if (typeof member === 'object' && member !== null) container.space.admit(member, container, member);
    container.writeKey(member, true);
    return super.add(member);
  }

  override delete(member: unknown): boolean {
    const container = setOf(this);
    container.readKey(member);
    if (!super.has(member)) return false;
    container.writeKey(member, true);
    return super.delete(member);
  }

  override clear(): void {
    const container = setOf(this);
    container.readOrder();
    if (super.size === 0) return;
    container.writeAll(container.copy());
    super.clear();
  }

  override forEach(
    callback: (value: unknown, key: unknown, set: Set<unknown>) => void,
    self?: unknown,
  ): void {
    for (const member of this) callback.call(self, member, member, this);
  }

  override keys(): SetIterator<unknown> {
    return this.values();
  }

  override values(): SetIterator<unknown> {
    return new TrackedKeyIterator(setOf(this), super.values(), 'members') as never;
  }

  override entries(): SetIterator<[unknown, unknown]> {
    return new TrackedKeyIterator(setOf(this), super.entries(), 'entries') as never;
  }

  override [Symbol.iterator](): SetIterator<unknown> {
    return this.values();
  }
}

// The set algebra of newer engines reads the receiver past any override: the whole set is recorded as read first.
for (const name of [
  'union',
  'intersection',
  'difference',
  'symmetricDifference',
  'isSubsetOf',
  'isSupersetOf',
  'isDisjointFrom',
]) {
  const algebra = Reflect.get(native, name) as ((this: Set<unknown>, other: unknown) => unknown) | undefined;
  if (algebra === undefined) continue;
  Object.defineProperty(TrackedSet.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Set<unknown>, other: unknown): unknown {
      for (const member of this) void member;
      return algebra.call(this, other);
    },
  });
}

dress(TrackedSet.prototype, native);
