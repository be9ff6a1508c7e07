import { KeyedContainer } from './keyed-container.js';
import { TrackedKeyIterator } from './key-iterator.js';
import type { TrackingSpace, Visit } from './container.js';
import { dress, Stamp } from './stamp.js';
import { memberText } from './suffix.js';

const native = Map.prototype;

/** The bookkeeping of a tracked Map, whose contents stay in the Map itself. */
export class MapContainer extends KeyedContainer {
  readonly kind = 'map';
  readonly face: Map<unknown, unknown>;

  constructor(space: TrackingSpace, map: Map<unknown, unknown>) {
    super(space);
    this.face = map;
    // Retargeted in place: native methods need a real Map as receiver, so a proxy would not do.
    Object.setPrototypeOf(map, TrackedMap.prototype);
    new Stamp(map, this);
  }

  /** Stores an entry of the literal, unrecorded. */
  put(key: unknown, value: unknown): void {
    this.locate(key);
    native.set.call(this.face, key, value);
  }

  override plain(): Map<unknown, unknown> {
    return new Map(native.entries.call(this.face));
  }

  override copy(): unknown[] {
    const contents: unknown[] = [];
    native.forEach.call(this.face, (value, key) => contents.push(key, value));
    return contents;
  }

  override restore(contents: readonly unknown[]): void {
    // Undoing key by key would leave re-inserted keys at the end of the order.
    native.clear.call(this.face);
    for (let at = 0; at < contents.length; at += 2)
      native.set.call(this.face, contents[at], contents[at + 1]);
  }

  override writeEverything(): void {
    this.writeAll([...native.keys.call(this.face)]);
  }

  override valueAt(location: number): unknown {
    if (location === this.order) return Reflect.get(native, 'size', this.face);
    return native.get.call(this.face, this.keyAt(location));
  }

  override visit(visit: Visit): void {
    let at = 0;
    native.forEach.call(this.face, (value, key) => {
      visit(key, `.keys[${at++}]`);
      visit(value, `.get(${memberText(key)})`);
    });
  }
}

function mapOf(map: object): MapContainer {
  return Stamp.of(map) as MapContainer;
}

/** The prototype that a Map gets when it is taken into tracked state. */
class TrackedMap extends Map<unknown, unknown> {
  override get size(): number {
    mapOf(this).readOrder();
    return super.size;
  }

  override get(key: unknown): unknown {
    mapOf(this).readKey(key);
    return super.get(key);
  }

  override has(key: unknown): boolean {
    mapOf(this).readKey(key);
    return super.has(key);
  }

  override set(key: unknown, value: unknown): this {
    const container = mapOf(this);
    container.readKey(key);
    const known = super.has(key);
    if (!known && typeof key === 'object' && key !== null) container.space.admit(key, container, key);
    if (typeof value === 'object' && value !== null) container.space.admit(value, container, key);
    container.writeKey(key, !known);
    return super.set(key, value);
  }

  override delete(key: unknown): boolean {
    const container = mapOf(this);
    container.readKey(key);
    if (!super.has(key)) return false;
    container.writeKey(key, true);
    return super.delete(key);
  }

  override clear(): void {
    const container = mapOf(this);
    container.readOrder();
    if (super.size === 0) return;
    container.writeAll([...super.keys()]);
    super.clear();
  }

  override forEach(
    callback: (value: unknown, key: unknown, map: Map<unknown, unknown>) => void,
    self?: unknown,
  ): void {
    for (const [key, value] of this) callback.call(self, value, key, this);
  }

  override keys(): MapIterator<unknown> {
    return new TrackedKeyIterator(mapOf(this), super.keys(), 'keys') as never;
  }

  override values(): MapIterator<unknown> {
    return new TrackedKeyIterator(mapOf(this), super.entries(), 'values') as never;
  }

  override entries(): MapIterator<[unknown, unknown]> {
    return new TrackedKeyIterator(mapOf(this), super.entries(), 'entries') as never;
  }

  override [Symbol.iterator](): MapIterator<[unknown, unknown]> {
    return this.entries();
  }
}

dress(TrackedMap.prototype, native);
