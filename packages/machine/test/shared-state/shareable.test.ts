import { describe, expect, expectTypeOf, it } from 'vitest';

import { type HANDLE, shared, type Shareable, SharedObject } from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

declare class Page {
  readonly [HANDLE]: true;
  private readonly words: Int32Array;
  lock(): Promise<void>;
}
interface Node {
  value: number;
  next: Node | null;
}
interface Rec {
  page: Page | null;
  owner: number;
}
class Linked extends SharedObject {
  next: Linked | null = null;
}

describe('the type of shared()', () => {
  it('takes T and gives T', () => {
    const host = new FakeHost();
    host.ambient(() => {
      expectTypeOf(shared({ pages: [] as Rec[], inflated: 0 })).toEqualTypeOf<{
        pages: Rec[];
        inflated: number;
      }>();
      expectTypeOf(shared<Rec>({ page: null, owner: 1 })).toEqualTypeOf<Rec>();
      expectTypeOf(shared(new Map<Page, Rec[]>())).toEqualTypeOf<Map<Page, Rec[]>>();
      expectTypeOf(shared(new Set<Linked>())).toEqualTypeOf<Set<Linked>>();
      expectTypeOf(shared<Node>({ value: 1, next: null })).toEqualTypeOf<Node>();
      expectTypeOf(
        shared({
          n: 1,
          bump(): number {
            return this.n++;
          },
        }).bump,
      ).toEqualTypeOf<() => number>();
      const anything = shared({ what: null as unknown, list: [] as unknown[] });
      expectTypeOf(anything.list).toEqualTypeOf<unknown[]>();
    });
  });

  it('rejects at compile time what it rejects when it runs', () => {
    const host = new FakeHost();
    // @ts-expect-error a Date
    misuse(host, 'MP_SHARED_CLASS', () => shared({ when: new Date(0) }));
    // @ts-expect-error a promise
    misuse(host, 'MP_SHARED_CLASS', () => shared({ later: [Promise.resolve(1)] }));
    // @ts-expect-error a typed array
    misuse(host, 'MP_SHARED_CLASS', () => shared(new Map([['k', new Uint8Array(1)]])));
    // @ts-expect-error a weak collection
    misuse(host, 'MP_SHARED_CLASS', () => shared({ weak: new WeakMap<object, number>() }));
    // @ts-expect-error a function
    misuse(host, 'MP_PARAMETER', () => shared(() => 1));
    // @ts-expect-error functions in an array
    host.ambient(() => shared([() => 1]));
    expect(host.misuses).toHaveLength(5);
  });

  it('has the test as a type', () => {
    expectTypeOf<Shareable<Rec>>().toEqualTypeOf<Rec>();
    expectTypeOf<Shareable<{ when: Date }>>().toEqualTypeOf<never>();
    expectTypeOf<Shareable<Node>>().toEqualTypeOf<Node>();
    expect(true).toBe(true);
  });
});
