import { MachineError } from '../errors.js';
import { CONTAINER, Container, LIVE, type TrackingSpace, type Visit } from './container.js';
import { liveDescriptor } from './live-descriptor.js';
import type { Shape } from './shape.js';
import { keySuffix } from './suffix.js';

type Fields = Record<PropertyKey, unknown>;

/**
 * A tracked object of fixed shape: the handler of its proxy. Data fields have a location each; getters, methods and whatever
 * stands on the prototype have none and run with the tracked form as `this`.
 *
 * Values stay in the proxy's target, so that debug printing, which looks through proxies, shows them unrecorded.
 */
export class TrackedObject extends Container implements ProxyHandler<object> {
  readonly kind = 'object';
  readonly face: object;
  shape: Shape;
  /** Fields of a SharedObject come one by one; until it is stored or sealed, more may come. */
  open: boolean;
  readonly #target: Fields;
  /** Location of slot 0; the others follow. Unused when `#locations` is set. */
  #base = 0;
  /** Locations of the slots of a SharedObject, which need not be consecutive. */
  readonly #locations: number[] | null;

  constructor(space: TrackingSpace, target: object, shape: Shape, open: boolean) {
    super(space);
    this.#target = target as Fields;
    this.shape = shape;
    this.open = open;
    this.#locations = open ? [] : null;
    this.face = new Proxy(target, this);
  }

  /** Ends the taking in of a literal: the target is filled, the shape known. */
  settle(shape: Shape): void {
    this.shape = shape;
    this.#base = this.space.host.reserveLocations(shape.keys.length);
  }

  get(target: object, key: PropertyKey, receiver: unknown): unknown {
    if (key === CONTAINER) return this;
    const slot = this.shape.slotOf(key);
    if (this.state !== LIVE) this.dead(slot < 0 ? null : this.#location(slot), false);
    if (slot < 0) return Reflect.get(target, key, receiver);
    if (this.space.sealed) this.space.host.access(this.#location(slot), false);
    return (target as Fields)[key];
  }

  set(target: object, key: PropertyKey, value: unknown, receiver: unknown): boolean {
    // An object that inherits from a tracked one gets a field of its own, as in plain JavaScript.
    if (receiver !== this.face) return Reflect.set(target, key, value, receiver);
    const slot = this.shape.slotOf(key);
    if (slot < 0) return this.#setOther(target, key, value);
    if (this.state !== LIVE) this.dead(this.#location(slot), true);
    if (typeof value === 'object' && value !== null) value = this.#accept(value, key);
    this.dirty();
    if (this.space.sealed) this.space.host.access(this.#location(slot), true);
    (target as Fields)[key] = value;
    return true;
  }

  defineProperty(_target: object, key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (!('value' in descriptor)) return this.#newKey(key);
    if (this.shape.slotOf(key) >= 0) return this.set(this.#target, key, descriptor.value, this.face);
    return this.#addField(key, descriptor.value);
  }

  deleteProperty(_target: object, key: PropertyKey): boolean {
    const subject = this.space.nameOf(this) + keySuffix(key);
    throw this.space.host.misuse(
      new MachineError(
        'MP_DELETE_KEY',
        `${subject} cannot be deleted: tracked objects have a fixed shape. Assign undefined, or use a shared Map.`,
        { subject },
      ),
    );
  }

  has(target: object, key: PropertyKey): boolean {
    if (this.state !== LIVE) this.dead(null, false);
    return key in target;
  }

  ownKeys(target: object): (string | symbol)[] {
    if (this.state !== LIVE) this.dead(null, false);
    return Reflect.ownKeys(target);
  }

  getOwnPropertyDescriptor(target: object, key: PropertyKey): PropertyDescriptor | undefined {
    const slot = this.shape.slotOf(key);
    if (this.state !== LIVE) this.dead(slot < 0 ? null : this.#location(slot), false);
    return slot < 0 ? Reflect.getOwnPropertyDescriptor(target, key) : liveDescriptor(this.face, key);
  }

  preventExtensions(): boolean {
    const subject = this.space.nameOf(this);
    throw this.space.host.misuse(
      new MachineError(
        'MP_PARAMETER',
        `${subject} is tracked state and cannot be frozen. Freeze plain constants only.`,
        {
          subject,
        },
      ),
    );
  }

  override copy(): unknown[] {
    const { keys } = this.shape;
    const contents: unknown[] = [];
    for (let slot = 0; slot < keys.length; slot++) contents.push(this.#target[keys[slot]!]);
    return contents;
  }

  override restore(contents: readonly unknown[]): void {
    const { keys } = this.shape;
    for (let slot = 0; slot < contents.length; slot++) this.#target[keys[slot]!] = contents[slot];
  }

  override forgetGrowth(): void {
    // The shape is fixed once construction is over: nothing grows.
  }

  override writeEverything(): void {
    for (let slot = 0; slot < this.shape.keys.length; slot++) this.record(this.#location(slot), true);
  }

  override locationOf(key: unknown): number | null {
    const slot = this.shape.slotOf(key as PropertyKey);
    return slot < 0 ? null : this.#location(slot);
  }

  override describeLocation(location: number): string | null {
    const slot = this.#slotAt(location);
    return slot < 0 ? null : keySuffix(this.shape.keys[slot]!);
  }

  override valueAt(location: number): unknown {
    const slot = this.#slotAt(location);
    return slot < 0 ? undefined : this.#target[this.shape.keys[slot]!];
  }

  override keys(): readonly PropertyKey[] {
    return this.shape.keys;
  }

  override closed(): void {
    this.open = false;
  }

  override suffixOf(key: unknown): string {
    return keySuffix(key as PropertyKey);
  }

  override visit(visit: Visit): void {
    for (const key of this.shape.keys) visit(this.#target[key], keySuffix(key));
  }

  #location(slot: number): number {
    return this.#locations === null ? this.#base + slot : this.#locations[slot]!;
  }

  #slotAt(location: number): number {
    if (this.#locations !== null) return this.#locations.indexOf(location);
    const slot = location - this.#base;
    return slot < this.shape.keys.length ? slot : -1;
  }

  #accept(value: object, key: PropertyKey): unknown {
    if (this.#stillOpen()) return this.space.takeIn(value, this, key);
    this.space.admit(value, this, key);
    return value;
  }

  /** Only the thread that runs the constructor may add fields, and only before anything can reach the object. */
  #stillOpen(): boolean {
    if (!this.open) return false;
    if (this.bornBy !== this.space.host.currentThreadName()) this.open = false;
    return this.open;
  }

  #setOther(target: object, key: PropertyKey, value: unknown): boolean {
    if (this.state !== LIVE) this.dead(null, true);
    for (let at: object | null = target; at !== null; at = Reflect.getPrototypeOf(at)) {
      const found = Reflect.getOwnPropertyDescriptor(at, key);
      if (found === undefined) continue;
      if (!('value' in found)) return Reflect.set(target, key, value, this.face);
      break;
    }
    return this.#addField(key, value);
  }

  #addField(key: PropertyKey, value: unknown): boolean {
    if (!this.#stillOpen()) return this.#newKey(key);
    this.#target[key] = this.space.takeIn(value, this, key);
    this.shape = this.shape.with(key);
    this.#locations!.push(this.space.host.reserveLocations(1));
    return true;
  }

  #newKey(key: PropertyKey): never {
    const subject = this.space.nameOf(this);
    throw this.space.host.misuse(
      new MachineError(
        'MP_NEW_KEY',
        `${subject} has no key ${String(key)}: tracked objects have a fixed shape. Name every key when it is made ` +
          `(undefined will do), or use a shared Map.`,
        { subject },
      ),
    );
  }
}
