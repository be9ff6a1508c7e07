import { MachineError } from '../errors.js';
import { Container, LIVE, ORDER, type TrackingSpace } from './container.js';
import { memberText } from './suffix.js';

/**
 * What Map and Set have in common: a location for each key, present or looked for, and one for the order (size,
 * iteration, coming and going of keys). A lookup that misses reads the key's location, so that it conflicts with the
 * insertion of that key and with nothing else.
 */
export abstract class KeyedContainer extends Container {
  readonly order: number;
  readonly #locations = new Map<unknown, number>();
  /** Keys that got their location in an execution, though construction made the container. */
  #grown: unknown[] | null = null;

  constructor(space: TrackingSpace) {
    super(space);
    this.order = space.host.reserveLocations(1);
  }

  /** An untracked copy, for debug printing. */
  abstract plain(): object;

  /** Records a read of a key. */
  readKey(key: unknown): void {
    if (this.state !== LIVE) this.dead(this.locate(key), false);
    if (typeof key === 'object' && key !== null) this.space.checkLookup(key);
    if (this.space.sealed) this.space.host.access(this.locate(key), false);
  }

  readOrder(): void {
    if (this.state !== LIVE) this.dead(this.order, false);
    if (this.space.sealed) this.space.host.access(this.order, false);
  }

  /** Records a write of a key; `coming` when it is inserted or deleted, which changes the order too. */
  writeKey(key: unknown, coming: boolean): void {
    if (this.state !== LIVE) this.dead(this.locate(key), true);
    this.dirty();
    const location = this.locate(key);
    this.record(location, true);
    if (coming) this.record(this.order, true);
  }

  /** Records that every key goes. */
  writeAll(keys: readonly unknown[]): void {
    this.dirty();
    for (const key of keys) this.record(this.locate(key), true);
    this.record(this.order, true);
  }

  override forgetGrowth(): void {
    if (this.#grown === null) return;
    for (const key of this.#grown) this.#locations.delete(key);
    this.#grown = null;
  }

  override locationOf(key: unknown): number | null {
    return key === ORDER ? this.order : (this.#locations.get(key) ?? null);
  }

  override describeLocation(location: number): string | null {
    if (location === this.order) return '.order';
    for (const [key, at] of this.#locations) if (at === location) return this.suffixOf(key);
    return null;
  }

  protected keyAt(location: number): unknown {
    for (const [key, at] of this.#locations) if (at === location) return key;
    return undefined;
  }

  override suffixOf(key: unknown): string {
    if (key === ORDER) return '.order';
    return `.${this.kind === 'map' ? 'get' : 'has'}(${memberText(key)})`;
  }

  /** Refuses a native method that later engines may add and that would go past the tracking. */
  unsupported(method: string): never {
    const subject = this.space.nameOf(this);
    throw this.space.host.misuse(
      new MachineError(
        'MP_PARAMETER',
        `${subject}.${method}() is not tracked: it would read past the recording.`,
        {
          subject,
        },
      ),
    );
  }

  /** The location of a key, made if it has none. */
  protected locate(key: unknown): number {
    let location = this.#locations.get(key);
    if (location === undefined) {
      location = this.space.host.reserveLocations(1);
      this.#locations.set(key, location);
      if (this.space.sealed && this.bornIn === 0) {
        if (this.#grown === null) {
          this.#grown = [];
          this.space.grew(this);
        }
        this.#grown.push(key);
      }
    }
    return location;
  }
}
