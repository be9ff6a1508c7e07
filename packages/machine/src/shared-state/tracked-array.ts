import { MachineError } from '../errors.js';
import { arrayIndex } from './array-index.js';
import { ArrayLocations } from './array-locations.js';
import { CONTAINER, Container, LIVE, type TrackingSpace, type Visit } from './container.js';
import { liveDescriptor } from './live-descriptor.js';

/** Methods that act on the container directly instead of going through several traps each. */
export type ArrayMethods = ReadonlyMap<PropertyKey, unknown>;

/**
 * A tracked array without holes: the handler of its proxy. It has a location for each element and one for `length`.
 * Reading past the end reads `length`; appending reads `length`, then writes the element and `length`.
 */
export class TrackedArray extends Container implements ProxyHandler<unknown[]> {
  readonly kind = 'array';
  readonly face: unknown[];
  readonly items: unknown[];
  readonly locations: ArrayLocations;
  readonly #methods: ArrayMethods;

  constructor(space: TrackingSpace, length: number, methods: ArrayMethods) {
    super(space);
    this.items = [];
    this.#methods = methods;
    this.locations = new ArrayLocations(space.host, length);
    this.face = new Proxy(this.items, this);
  }

  get(target: unknown[], key: PropertyKey, receiver: unknown): unknown {
    if (typeof key === 'string') {
      const index = arrayIndex(key);
      if (index >= 0) return this.read(index);
      if (key === 'length') return this.length();
    } else if (key === CONTAINER) return this;
    const method = this.#methods.get(key);
    return method === undefined ? Reflect.get(target, key, receiver) : method;
  }

  set(target: unknown[], key: PropertyKey, value: unknown, receiver: unknown): boolean {
    if (receiver !== this.face) return Reflect.set(target, key, value, receiver);
    const index = typeof key === 'string' ? arrayIndex(key) : -1;
    if (index >= 0) {
      if (index < this.items.length) this.write(index, value);
      else if (index === this.length()) this.append(value);
      else this.#hole(index);
    } else if (key === 'length') this.#setLength(value as number);
    else this.#newKey(key);
    return true;
  }

  defineProperty(target: unknown[], key: PropertyKey, descriptor: PropertyDescriptor): boolean {
    if (!('value' in descriptor)) return this.#newKey(key);
    return this.set(target, key, descriptor.value, this.face);
  }

  deleteProperty(_target: unknown[], key: PropertyKey): boolean {
    const index = typeof key === 'string' ? arrayIndex(key) : -1;
    if (index >= 0 && index < this.length()) this.#hole(index);
    return index >= 0 || !(key in this.items);
  }

  has(target: unknown[], key: PropertyKey): boolean {
    const index = typeof key === 'string' ? arrayIndex(key) : -1;
    return index >= 0 ? index < this.length() : key in target;
  }

  ownKeys(target: unknown[]): (string | symbol)[] {
    this.length();
    return Reflect.ownKeys(target);
  }

  getOwnPropertyDescriptor(target: unknown[], key: PropertyKey): PropertyDescriptor | undefined {
    const index = typeof key === 'string' ? arrayIndex(key) : -1;
    if (index >= 0) return index < this.length() ? liveDescriptor(this.face, key) : undefined;
    if (key === 'length') this.length();
    return Reflect.getOwnPropertyDescriptor(target, key);
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

  /** Records a read of `length` and returns it. */
  length(): number {
    if (this.state !== LIVE) this.dead(this.locations.length, false);
    if (this.space.sealed) this.space.host.access(this.locations.length, false);
    return this.items.length;
  }

  /** Records a read of an element, or of `length` past the end, and returns the value. */
  read(index: number): unknown {
    if (index >= this.items.length) {
      this.length();
      return undefined;
    }
    const location = this.locations.at(index);
    if (this.state !== LIVE) this.dead(location, false);
    if (this.space.sealed) this.space.host.access(location, false);
    return this.items[index];
  }

  /** Records reads of the elements from `from` up to, not including, `to`. */
  recordReads(from: number, to: number): void {
    if (this.space.sealed)
      for (let at = from; at < to; at++) this.space.host.access(this.locations.at(at), false);
  }

  /** Records writes of the elements from `from` up to, not including, `to`; makes locations for new ones. */
  recordWrites(from: number, to: number): void {
    this.reserve(to);
    this.dirty();
    if (this.space.sealed)
      for (let at = from; at < to; at++) this.space.host.access(this.locations.at(at), true);
  }

  recordLengthWrite(): void {
    this.dirty();
    this.record(this.locations.length, true);
  }

  write(index: number, value: unknown): void {
    const location = this.locations.at(index);
    if (this.state !== LIVE) this.dead(location, true);
    this.admit(value, index);
    this.dirty();
    if (this.space.sealed) this.space.host.access(location, true);
    this.items[index] = value;
  }

  /** The read of `length` that every append begins with is the caller's. */
  append(value: unknown): void {
    const index = this.items.length;
    this.admit(value, index);
    this.recordWrites(index, index + 1);
    this.recordLengthWrite();
    this.items.push(value);
  }

  admit(value: unknown, index: number): void {
    if (typeof value === 'object' && value !== null) this.space.admit(value, this, index);
  }

  /** Makes locations for `length` elements. */
  reserve(length: number): void {
    if (length <= this.locations.capacity) return;
    // The container is entered first: growth that nobody remembers would survive the execution.
    this.space.grew(this);
    this.locations.grow(this.space.host, length);
  }

  override copy(): unknown[] {
    return this.items.slice();
  }

  override restore(contents: readonly unknown[]): void {
    if (this.items.length !== contents.length) this.items.length = contents.length;
    for (let at = 0; at < contents.length; at++) this.items[at] = contents[at];
  }

  override forgetGrowth(): void {
    this.locations.forgetGrowth();
  }

  override writeEverything(): void {
    this.recordWrites(0, this.items.length);
    this.recordLengthWrite();
  }

  override locationOf(key: unknown): number | null {
    if (key === 'length') return this.locations.length;
    const index = typeof key === 'number' ? key : typeof key === 'string' ? arrayIndex(key) : -1;
    return index >= 0 && index < this.items.length ? this.locations.at(index) : null;
  }

  override describeLocation(location: number): string | null {
    if (location === this.locations.length) return '.length';
    const index = this.locations.indexAt(location);
    return index < 0 ? null : `[${index}]`;
  }

  override valueAt(location: number): unknown {
    return location === this.locations.length
      ? this.items.length
      : this.items[this.locations.indexAt(location)];
  }

  override suffixOf(key: unknown): string {
    return key === 'length' ? '.length' : `[${String(key)}]`;
  }

  override visit(visit: Visit): void {
    for (let at = 0; at < this.items.length; at++) visit(this.items[at], `[${at}]`);
  }

  #setLength(length: number): void {
    const before = this.length();
    if (!Number.isInteger(length) || length < 0) throw new RangeError('Invalid array length');
    if (length > before) this.#hole(length - 1);
    if (length === before) return;
    this.recordWrites(length, before);
    this.recordLengthWrite();
    this.items.length = length;
  }

  #hole(index: number): never {
    const subject = this.space.nameOf(this);
    throw this.space.host.misuse(
      new MachineError(
        'MP_ARRAY_HOLE',
        `${subject}[${index}] would make a hole: the array has ${this.items.length} elements, and tracked arrays are ` +
          `dense. Use push() and splice(), or fill the array when it is made.`,
        { subject },
      ),
    );
  }

  #newKey(key: PropertyKey): never {
    const subject = this.space.nameOf(this);
    throw this.space.host.misuse(
      new MachineError('MP_NEW_KEY', `${subject} is an array and takes no key ${String(key)}.`, { subject }),
    );
  }
}
