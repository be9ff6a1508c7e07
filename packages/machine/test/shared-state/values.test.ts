import { inspect } from 'node:util';

import { describe, expect, it } from 'vitest';

import { HANDLE, shared } from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

class Page {
  declare readonly [HANDLE]: true;
  static {
    Object.defineProperty(this.prototype, HANDLE, { value: true });
  }
}
class Plain {
  n = 1;
}
const loose = (value: unknown) => shared(value as object) as never;

describe('what may be stored', () => {
  it('is primitives, tracked values, handles, functions and deeply frozen constants', () => {
    const host = new FakeHost();
    const page = new Page();
    const constant = Object.freeze({ name: 'c', parts: Object.freeze([1, Object.freeze(new Plain())]) });
    const rec = host.ambient(() => shared({ a: 1 }));
    const s = host.build('s', () =>
      shared({ value: null as unknown, list: [] as unknown[], map: new Map<unknown, unknown>() }),
    );
    const fn = () => 1;
    for (const value of [1, 2n, 'x', true, undefined, Symbol.iterator, page, constant, rec, fn]) {
      host.run('t', () => {
        s.value = value;
        s.list.push(value);
        s.map.set(value, value);
      });
      expect(s.value).toBe(value);
      expect(s.list.includes(value)).toBe(true);
      expect(s.list.at(-1)).toBe(value);
      expect(s.map.get(value)).toBe(value);
    }
    expect(host.misuses).toEqual([]);
  });

  it('is taken in as deep as it goes, identities kept', () => {
    const host = new FakeHost();
    const twice = { n: 1 };
    const cyclic: { self: unknown; twice: unknown[] } = { self: null, twice: [twice, twice] };
    cyclic.self = cyclic;
    const s = host.build('s', () => shared({ cyclic, map: new Map([['k', { deep: [new Set([1])] }]]) }));
    expect(s.cyclic.self).toBe(s.cyclic);
    expect(s.cyclic.twice[0]).toBe(s.cyclic.twice[1]);
    for (const part of [
      s,
      s.cyclic,
      s.cyclic.twice,
      s.map,
      s.map.get('k')!,
      s.map.get('k')!.deep,
      s.map.get('k')!.deep[0],
    ]) {
      expect(host.space.isTracked(part)).toBe(true);
    }
    expect(host.space.isTracked({})).toBe(false);
  });

  it('comes back from shared() as it is when it is tracked, a handle or a constant', () => {
    const host = new FakeHost();
    const [page, constant] = [new Page(), Object.freeze([1])];
    const s = host.build('s', () => shared({ n: 1 }));
    host.run('t', () => {
      expect(shared(s)).toBe(s);
      expect(shared(page)).toBe(page);
      expect(shared(constant)).toBe(constant);
    });
  });

  it('is the raw object under the direct executor', () => {
    const host = new FakeHost(false);
    const literal = { n: 1, list: [1] };
    expect(host.ambient(() => shared(literal))).toBe(literal);
    expect(host.space.isTracked(literal)).toBe(false);
    host.space.free(literal);
    expect(literal.list[0]).toBe(1);
  });

  it('keeps null prototypes, symbol keys and the order of keys', () => {
    const host = new FakeHost();
    const key = Symbol('key');
    const s = host.build('s', () =>
      shared(Object.assign(Object.create(null) as object, { b: 1, a: 2, [key]: 3 })),
    );
    expect(Reflect.getPrototypeOf(s)).toBeNull();
    expect(Reflect.ownKeys(s)).toEqual(['b', 'a', key]);
    expect(host.run('t', () => (s[key] = 4))).toEqual(['W s[Symbol(key)]']);
  });
});

describe('what may not be stored', () => {
  const build = () => {
    const host = new FakeHost();
    const s = host.build('s', () =>
      shared({
        value: null as unknown,
        list: [null] as unknown[],
        map: new Map<unknown, unknown>(),
        set: new Set<unknown>(),
      }),
    );
    return { host, s };
  };
  const places: [string, (s: ReturnType<typeof build>['s'], value: unknown) => unknown, string][] = [
    ['a field', (s, value) => (s.value = value), 's.value'],
    ['an element', (s, value) => (s.list[0] = value), 's.list[0]'],
    ['push', (s, value) => s.list.push(value), 's.list[1]'],
    ['unshift', (s, value) => s.list.unshift(value), 's.list[0]'],
    ['splice', (s, value) => s.list.splice(1, 0, value), 's.list[1]'],
    ['fill', (s, value) => s.list.fill(value), 's.list[0]'],
    ['a Map value', (s, value) => s.map.set('k', value), 's.map.get("k")'],
    ['a Map key', (s, value) => s.map.set(value, 1), 's.map.get('],
    ['a Set member', (s, value) => s.set.add(value), 's.set.has('],
  ];

  it.each(places)('raw objects in %s: MP_RAW_STORE', (_place, store, name) => {
    const { host, s } = build();
    for (const raw of [
      { n: 1 },
      [1],
      new Map(),
      new Set(),
      Object.freeze([{}]),
      Object.freeze([new Map()]),
    ]) {
      expect(misuse(host, 'MP_RAW_STORE', () => store(s, raw)).message).toContain(name);
    }
    expect(s.value).toBeNull();
    expect(s.list).toEqual([null]);
    expect(s.map.size + s.set.size).toBe(0);
  });

  it.each(places)('class instances and Dates in %s: MP_SHARED_CLASS', (_place, store, name) => {
    const { host, s } = build();
    const frozenDate = Object.freeze(new Date(0));
    for (const value of [
      new Plain(),
      new Date(0),
      Promise.resolve(1),
      new Uint8Array(1),
      new WeakMap(),
      frozenDate,
    ]) {
      expect(misuse(host, 'MP_SHARED_CLASS', () => store(s, value)).message).toContain(name);
    }
  });

  it('is refused inside shared() too, by name', () => {
    const host = new FakeHost();
    const deep = misuse(host, 'MP_SHARED_CLASS', () => loose({ a: { when: new Date(0) } }));
    expect(deep.message).toContain('.a.when was given an instance of Date');
    misuse(host, 'MP_SHARED_CLASS', () => loose(new Plain()));
    misuse(host, 'MP_SHARED_CLASS', () => loose(new (class extends Map {})()));
    misuse(host, 'MP_RAW_STORE', () => loose(Object.freeze([{}])));
    misuse(host, 'MP_PARAMETER', () => loose(5));
    misuse(host, 'MP_PARAMETER', () => loose(null));
  });

  it('values of another machine: MP_FOREIGN_VALUE', () => {
    const other = new FakeHost();
    const foreign = [{ n: 1 }, [1], new Map(), new Set()].map((value) => other.ambient(() => loose(value)));
    const { host, s } = build();
    for (const value of foreign) {
      for (const [, store] of places) misuse(host, 'MP_FOREIGN_VALUE', () => store(s, value));
      misuse(host, 'MP_FOREIGN_VALUE', () => shared({ value }));
      misuse(host, 'MP_FOREIGN_VALUE', () => host.space.free(value));
    }
    expect(host.misuses).toHaveLength(4 * (places.length + 2));
    // A constant of one machine that holds its tracked state is none of another's.
    const constant = Object.freeze([foreign[0]]);
    other.ambient(() => shared({ constant }));
    misuse(host, 'MP_RAW_STORE', () => shared({ constant }));
  });
});

describe('fixed shapes', () => {
  it('take no new keys, lose none, and cannot be frozen', () => {
    const host = new FakeHost();
    const s = host.build('s', () => shared({ n: 1 } as { n?: number; extra?: number }));
    expect(misuse(host, 'MP_NEW_KEY', () => (s.extra = 1)).message).toContain('s has no key extra');
    misuse(host, 'MP_NEW_KEY', () => Object.defineProperty(s, 'extra', { value: 1 }));
    misuse(host, 'MP_NEW_KEY', () => Object.defineProperty(s, 'n', { get: () => 1 }));
    expect(misuse(host, 'MP_DELETE_KEY', () => delete s.n).message).toContain('s.n');
    misuse(host, 'MP_PARAMETER', () => Object.freeze(s));
    expect(s).toEqual({ n: 1 });
  });

  it('hold for arrays: no holes, no other keys', () => {
    const host = new FakeHost();
    const s = host.build('s', () => shared({ list: [1, 2] as number[] }));
    expect(misuse(host, 'MP_ARRAY_HOLE', () => (s.list[5] = 1)).message).toContain('s.list[5]');
    misuse(host, 'MP_ARRAY_HOLE', () => delete s.list[0]);
    misuse(host, 'MP_ARRAY_HOLE', () => (s.list.length = 9));
    misuse(host, 'MP_NEW_KEY', () => Object.assign(s.list, { extra: 1 }));
    misuse(host, 'MP_ARRAY_HOLE', () => loose(Object.assign([], { 1: 1 })));
    misuse(host, 'MP_PARAMETER', () => Object.freeze(s.list));
    expect(s.list).toEqual([1, 2]);
  });

  it('leave objects that inherit from tracked ones alone', () => {
    const host = new FakeHost();
    const s = host.build('s', () => shared({ n: 1, list: [1] }));
    const child = Object.create(s) as typeof s;
    child.n = 5;
    expect([child.n, s.n]).toEqual([5, 1]);
  });
});

describe('debug printing', () => {
  it('shows the values and records nothing', () => {
    const host = new FakeHost();
    const s = host.build('s', () => shared({ n: 1, list: [{ a: 1 }], map: new Map([['k', new Set([1])]]) }));
    const log = host.run('t', () => {
      expect(inspect(s, { depth: 5 })).toBe(
        "{ n: 1, list: [ { a: 1 } ], map: Map(1) { 'k' => Set(1) { 1 } } }",
      );
    });
    expect(log).toEqual([]);
  });

  it('lets deep equality see plain data', () => {
    const host = new FakeHost();
    const s = host.build('s', () =>
      shared({ list: [{ a: 1 }], map: new Map([['k', 1]]), set: new Set([1]) }),
    );
    expect(s).toEqual({ list: [{ a: 1 }], map: new Map([['k', 1]]), set: new Set([1]) });
    expect(s.map instanceof Map && s.set instanceof Set).toBe(true);
  });
});
