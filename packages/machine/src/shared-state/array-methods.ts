import { TrackedArrayIterator } from './array-iterator.js';
import { containerOf } from './container.js';
import { TrackedArray, type ArrayMethods } from './tracked-array.js';

type Callback = (value: unknown, index: number, array: unknown[]) => unknown;

function arrayOf(face: unknown): TrackedArray {
  const container = containerOf(face);
  if (container instanceof TrackedArray) return container;
  throw new TypeError('a method of a tracked array was called on something else');
}

function callable(callback: unknown): void {
  if (typeof callback !== 'function') throw new TypeError(`${String(callback)} is not a function`);
}

/** A relative index as the array methods take it, between 0 and `length`. */
function clamp(relative: number | undefined, length: number, fallback: number): number {
  if (relative === undefined) return fallback;
  const whole = Math.trunc(Number(relative)) || 0;
  return whole < 0 ? Math.max(0, length + whole) : Math.min(whole, length);
}

/**
 * The commonest methods, acting on the contents directly and recording as the language defines them: what a method
 * branches on is read before anything is written. The other methods are the native ones and go through the traps.
 */
const methods = {
  push(this: unknown[], ...values: unknown[]): number {
    const array = arrayOf(this);
    array.length();
    for (const value of values) array.append(value);
    return array.items.length;
  },

  pop(this: unknown[]): unknown {
    const array = arrayOf(this);
    const length = array.length();
    if (length === 0) return undefined;
    const value = array.read(length - 1);
    array.recordWrites(length - 1, length);
    array.recordLengthWrite();
    array.items.pop();
    return value;
  },

  shift(this: unknown[]): unknown {
    const array = arrayOf(this);
    const length = array.length();
    if (length === 0) return undefined;
    array.recordReads(0, length);
    array.recordWrites(0, length);
    array.recordLengthWrite();
    return array.items.shift();
  },

  unshift(this: unknown[], ...values: unknown[]): number {
    const array = arrayOf(this);
    const length = array.length();
    if (values.length === 0) return length;
    for (let at = 0; at < values.length; at++) array.admit(values[at], at);
    array.recordReads(0, length);
    array.recordWrites(0, length + values.length);
    array.recordLengthWrite();
    return array.items.unshift(...values);
  },

  splice(this: unknown[], ...args: [start?: number, remove?: number, ...values: unknown[]]): unknown[] {
    const array = arrayOf(this);
    const length = array.length();
    const [relativeStart, relativeRemove, ...values] = args;
    const start = clamp(relativeStart, length, 0);
    const rest = length - start;
    const most = args.length === 0 ? 0 : rest;
    const remove =
      args.length < 2 ? most : Math.min(rest, Math.max(0, Math.trunc(Number(relativeRemove)) || 0));
    for (let at = 0; at < values.length; at++) array.admit(values[at], start + at);
    const delta = values.length - remove;
    array.recordReads(start, delta === 0 ? start + remove : length);
    if (values.length > 0 || remove > 0) {
      array.recordWrites(start, delta === 0 ? start + remove : Math.max(length, length + delta));
      if (delta !== 0) array.recordLengthWrite();
    }
    return array.items.splice(start, remove, ...values);
  },

  at(this: unknown[], relative: number): unknown {
    const array = arrayOf(this);
    const whole = Math.trunc(Number(relative)) || 0;
    const index = whole < 0 ? array.length() + whole : whole;
    return index < 0 ? undefined : array.read(index);
  },

  slice(this: unknown[], from?: number, to?: number): unknown[] {
    const array = arrayOf(this);
    const length = array.length();
    const start = clamp(from, length, 0);
    const end = clamp(to, length, length);
    array.recordReads(start, end);
    return array.items.slice(start, end);
  },

  includes(this: unknown[], wanted: unknown, from?: number): boolean {
    const array = arrayOf(this);
    array.space.checkLookup(wanted);
    const length = array.length();
    for (let at = clamp(from, length, 0); at < length; at++) {
      const value = array.read(at);
      // eslint-disable-next-line no-self-compare -- includes() finds NaN
      if (value === wanted || (value !== value && wanted !== wanted)) return true;
    }
    return false;
  },

  indexOf(this: unknown[], wanted: unknown, from?: number): number {
    const array = arrayOf(this);
    array.space.checkLookup(wanted);
    const length = array.length();
    for (let at = clamp(from, length, 0); at < length; at++) if (array.read(at) === wanted) return at;
    return -1;
  },

  find(this: unknown[], callback: Callback, self?: unknown): unknown {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    for (let at = 0; at < length; at++) {
      const value = array.read(at);
      if (callback.call(self, value, at, this)) return value;
    }
    return undefined;
  },

  findIndex(this: unknown[], callback: Callback, self?: unknown): number {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    for (let at = 0; at < length; at++) if (callback.call(self, array.read(at), at, this)) return at;
    return -1;
  },

  // The methods below skip elements that a callback has removed, as the language has it.
  forEach(this: unknown[], callback: Callback, self?: unknown): void {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    for (let at = 0; at < length; at++) {
      if (at < array.items.length) callback.call(self, array.read(at), at, this);
    }
  },

  map(this: unknown[], callback: Callback, self?: unknown): unknown[] {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    const mapped: unknown[] = [];
    mapped.length = length;
    for (let at = 0; at < length; at++) {
      if (at < array.items.length) mapped[at] = callback.call(self, array.read(at), at, this);
    }
    return mapped;
  },

  filter(this: unknown[], callback: Callback, self?: unknown): unknown[] {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    const kept: unknown[] = [];
    for (let at = 0; at < length; at++) {
      if (at >= array.items.length) continue;
      const value = array.read(at);
      if (callback.call(self, value, at, this)) kept.push(value);
    }
    return kept;
  },

  some(this: unknown[], callback: Callback, self?: unknown): boolean {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    for (let at = 0; at < length; at++) {
      if (at < array.items.length && callback.call(self, array.read(at), at, this)) return true;
    }
    return false;
  },

  every(this: unknown[], callback: Callback, self?: unknown): boolean {
    const array = arrayOf(this);
    const length = array.length();
    callable(callback);
    for (let at = 0; at < length; at++) {
      if (at < array.items.length && !callback.call(self, array.read(at), at, this)) return false;
    }
    return true;
  },

  values(this: unknown[]): TrackedArrayIterator {
    return new TrackedArrayIterator(arrayOf(this), 'values');
  },

  entries(this: unknown[]): TrackedArrayIterator {
    return new TrackedArrayIterator(arrayOf(this), 'entries');
  },
};

/** The methods by name. One table serves every tracked array. */
export const ARRAY_METHODS: ArrayMethods = new Map<PropertyKey, unknown>([
  ...Object.entries(methods),
  [Symbol.iterator, methods.values],
]);
