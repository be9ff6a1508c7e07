import { MachineError } from '../errors.js';
import { ARRAY_METHODS } from './array-methods.js';
import { CONTAINER, Container, EXPIRED, type TrackingSpace } from './container.js';
import { isConstant } from './frozen.js';
import { HANDLE } from './handle.js';
import { isLiteral, wordFor } from './kinds.js';
import type { Shape } from './shape.js';
import { mark, markerOf, spoil, stale, StaleMarker } from './stale.js';
import { TrackedArray } from './tracked-array.js';
import { MapContainer } from './tracked-map.js';
import { TrackedObject } from './tracked-object.js';
import { SetContainer } from './tracked-set.js';

/**
 * Takes plain literals into tracked state, as deep as they go. Literals are copied and spoiled; Maps and Sets are
 * retargeted in place.
 */
export class Intake {
  readonly #space: TrackingSpace;
  readonly #emptyShape: Shape;
  /** Literals of the running `shared()` call, spoiled when all is copied: until then cycles may come back to them. */
  #taken: object[] = [];
  #depth = 0;

  constructor(space: TrackingSpace, emptyShape: Shape) {
    this.#space = space;
    this.#emptyShape = emptyShape;
  }

  /** The tracked form of a value and of all that it holds; `holder` and `key` are where it will stand, if that is known. */
  take(value: unknown, holder: Container | null, key: unknown): unknown {
    if (typeof value !== 'object' || value === null) return value;
    this.#depth++;
    try {
      return this.#object(value, holder, key);
    } finally {
      if (--this.#depth === 0) this.#spoilAll();
    }
  }

  /** Throws unless an object may be stored as it is; remembers where it was stored. */
  admit(value: object, holder: Container, key: unknown): void {
    const container = ownContainer(value, this.#space);
    if (container !== undefined) {
      if (container.state === EXPIRED) container.dead(null, false);
      remember(container, holder, key);
    } else if (markerOf(value) !== undefined) stale(this.#space, value);
    else if (
      (value as { [HANDLE]?: unknown })[HANDLE] !== true &&
      (Object.isExtensible(value) || !isConstant(value, this.#space.host))
    ) {
      this.#refuse(value, holder, key);
    }
  }

  #object(value: object, holder: Container | null, key: unknown): object {
    const container = ownContainer(value, this.#space);
    if (container !== undefined) {
      remember(container, holder, key);
      return value;
    }
    const marker = markerOf(value);
    if (marker !== undefined)
      return this.#taken.includes(value) ? marker.container.face : stale(this.#space, value);
    if ((value as { [HANDLE]?: unknown })[HANDLE] === true) return value;
    if (!Object.isExtensible(value))
      return isConstant(value, this.#space.host) ? value : this.#refuse(value, holder, key);
    if (!isLiteral(value)) return this.#refuse(value, holder, key);
    if (Array.isArray(value)) return this.#array(value, holder, key);
    if (value instanceof Map) return this.#map(value, holder, key);
    if (value instanceof Set) return this.#set(value, holder, key);
    return this.#record(value, holder, key);
  }

  #record(literal: object, holder: Container | null, holderKey: unknown): object {
    // Asked before the mark, which would be one more key.
    const keys = Reflect.ownKeys(literal);
    const target: Record<PropertyKey, unknown> = {};
    if (Reflect.getPrototypeOf(literal) === null) Object.setPrototypeOf(target, null);
    const container = new TrackedObject(this.#space, target, this.#emptyShape, false);
    this.#begin(literal, container, holder, holderKey);
    let shape = this.#emptyShape;
    for (const key of keys) {
      const descriptor = Reflect.getOwnPropertyDescriptor(literal, key)!;
      if ('value' in descriptor) {
        const { value } = descriptor;
        shape = shape.with(key);
        target[key] =
          typeof value === 'object' && value !== null ? this.#object(value, container, key) : value;
      } else Object.defineProperty(target, key, descriptor);
    }
    container.settle(shape);
    return container.face;
  }

  #array(literal: unknown[], holder: Container | null, holderKey: unknown): object {
    const { length } = literal;
    const container = new TrackedArray(this.#space, length, ARRAY_METHODS);
    this.#begin(literal, container, holder, holderKey);
    for (let at = 0; at < length; at++) {
      const value = literal[at];
      if (value === undefined && !(at in literal)) this.#hole(container, at);
      container.items.push(
        typeof value === 'object' && value !== null ? this.#object(value, container, at) : value,
      );
    }
    return container.face;
  }

  #map(map: Map<unknown, unknown>, holder: Container | null, holderKey: unknown): object {
    const entries = [...map];
    const container = new MapContainer(this.#space, map);
    container.restore([]);
    remember(container, holder, holderKey);
    for (const [key, value] of entries)
      container.put(this.#part(key, container, key), this.#part(value, container, key));
    return map;
  }

  #set(set: Set<unknown>, holder: Container | null, holderKey: unknown): object {
    const members = [...set];
    const container = new SetContainer(this.#space, set);
    container.restore([]);
    remember(container, holder, holderKey);
    for (const member of members) container.put(this.#part(member, container, member));
    return set;
  }

  #part(value: unknown, holder: Container, key: unknown): unknown {
    return typeof value === 'object' && value !== null ? this.#object(value, holder, key) : value;
  }

  #begin(literal: object, container: Container, holder: Container | null, key: unknown): void {
    mark(literal, container);
    this.#taken.push(literal);
    remember(container, holder, key);
  }

  #spoilAll(): void {
    const taken = this.#taken;
    this.#taken = [];
    for (const literal of taken) spoil(literal, this.#space);
  }

  #hole(container: Container, at: number): never {
    const subject = `${this.#space.nameOf(container)}[${at}]`;
    throw this.#space.host.misuse(
      new MachineError(
        'MP_ARRAY_HOLE',
        `${subject} is a hole, and tracked arrays are dense. Fill the array: Array.from({ length: n }, () => null).`,
        { subject },
      ),
    );
  }

  #refuse(value: object, holder: Container | null, key: unknown): never {
    const received = wordFor(value);
    const subject = holder === null ? 'shared()' : this.#space.nameOf(holder) + holder.suffixOf(key);
    const error = isLiteral(value)
      ? new MachineError(
          'MP_RAW_STORE',
          `${subject} was given ${received} that is not tracked. Store shared(...) of it; if it is a constant, freeze ` +
            `it and all that it holds.`,
          { subject, received },
        )
      : new MachineError(
          'MP_SHARED_CLASS',
          `${subject} was given ${received}, whose state cannot be tracked. Use plain objects, arrays, Maps, Sets, ` +
            `classes that extend SharedObject, or deeply frozen constants.`,
          { subject, received },
        );
    throw this.#space.host.misuse(error);
  }
}

/** The container of a tracked value of this space; throws MP_FOREIGN_VALUE for a value of another machine. */
function ownContainer(value: object, space: TrackingSpace): Container | undefined {
  const found = (value as { readonly [CONTAINER]?: unknown })[CONTAINER];
  if (found === undefined || found instanceof StaleMarker) return undefined;
  if (found instanceof Container && found.space === space) return found;
  const subject = found instanceof Container ? found.space.nameOf(found) : 'A tracked value';
  throw space.host.misuse(
    new MachineError(
      'MP_FOREIGN_VALUE',
      `${subject} belongs to another machine. Machines share nothing: make the value anew in this one.`,
      { subject },
    ),
  );
}

/** Notes where a container was stored last: its name in reports once nothing reaches it. */
function remember(container: Container, holder: Container | null, key: unknown): void {
  if (holder === null) return;
  if (container.space.epoch === 0) {
    container.homeHolder = holder;
    container.homeKey = key;
  } else {
    container.holder = holder;
    container.holderKey = key;
    container.holderEpoch = container.space.epoch;
  }
  container.closed();
}
