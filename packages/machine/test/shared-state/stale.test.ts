import { describe, expect, it } from 'vitest';

import { freeShared, shared } from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

describe('a literal that was passed to shared()', () => {
  it('throws on any use during construction: MP_STALE_REFERENCE', () => {
    const host = new FakeHost();
    const [literal, inner, list] = [{ n: 1, inner: null as unknown }, { m: 2 }, [1]];
    literal.inner = inner;
    host.ambient(() => shared({ literal, list }));
    misuse(host, 'MP_STALE_REFERENCE', () => literal.n);
    misuse(host, 'MP_STALE_REFERENCE', () => (literal.n = 2));
    misuse(host, 'MP_STALE_REFERENCE', () => inner.m);
    misuse(host, 'MP_STALE_REFERENCE', () => list[0]);
    misuse(host, 'MP_STALE_REFERENCE', () => (list[0] = 2));
    misuse(host, 'MP_STALE_REFERENCE', () => list.push(1));
    misuse(host, 'MP_STALE_REFERENCE', () => {
      for (const n of list) expect(n).toBe(0);
    });
    expect(misuse(host, 'MP_STALE_REFERENCE', () => list.length + list.at(0)!).message).toContain(
      'Go on with what',
    );
  });

  it('gives values that cannot be used, and cannot be written, during execution', () => {
    const host = new FakeHost();
    host.build('s', () => shared({}));
    const [literal, list] = [{ n: 1 }, [1]];
    host.run('t', () => shared({ literal, list }));
    misuse(host, 'MP_STALE_REFERENCE', () => literal.n + 1);
    misuse(host, 'MP_STALE_REFERENCE', () => literal.n.toFixed());
    expect(() => (literal.n = 2)).toThrow(TypeError);
    misuse(host, 'MP_STALE_REFERENCE', () => list[0]);
    misuse(host, 'MP_STALE_REFERENCE', () => list.push(2));
  });

  it('is refused wherever a value goes', () => {
    const host = new FakeHost();
    const s = host.build('s', () =>
      shared({ value: null as unknown, list: [] as unknown[], map: new Map<unknown, unknown>() }),
    );
    for (const literal of [{ n: 1 }, [1]]) {
      host.run('t', () => shared(literal as object));
      misuse(host, 'MP_STALE_REFERENCE', () => (s.value = literal));
      misuse(host, 'MP_STALE_REFERENCE', () => s.list.push(literal));
      misuse(host, 'MP_STALE_REFERENCE', () => s.list.includes(literal));
      misuse(host, 'MP_STALE_REFERENCE', () => s.list.indexOf(literal));
      misuse(host, 'MP_STALE_REFERENCE', () => s.map.set('k', literal));
      misuse(host, 'MP_STALE_REFERENCE', () => s.map.get(literal));
      misuse(host, 'MP_STALE_REFERENCE', () => shared(literal as object));
      misuse(host, 'MP_STALE_REFERENCE', () => shared({ literal: literal as object }));
      misuse(host, 'MP_STALE_REFERENCE', () => freeShared(literal));
    }
    expect(host.misuses).toHaveLength(18);
  });

  it('is no matter for Maps and Sets, which are retargeted in place', () => {
    const host = new FakeHost();
    const [map, set] = [new Map([[1, { n: 1 }]]), new Set([1])];
    const s = host.build('s', () => shared({ map, set }));
    expect([s.map, s.set]).toEqual([map, set]);
    expect(s.map).toBe(map);
    expect(host.run('t', () => map.get(1)!.n)).toEqual(['R s.map.get(1)', 'R s.map.get(1).n']);
  });
});

describe('an object of an earlier execution', () => {
  it('cannot be used: MP_STALE_REFERENCE', () => {
    const host = new FakeHost();
    const s = host.build('s', () => shared({ keep: null as unknown }));
    const kept: { rec?: { n: number }; list?: number[]; map?: Map<number, number> } = {};
    host.run('t', () => {
      kept.rec = shared({ n: 1 });
      kept.list = shared([1]);
      kept.map = shared(new Map([[1, 1]]));
    });
    host.reset();
    expect(misuse(host, 'MP_STALE_REFERENCE', () => kept.rec!.n).message).toContain('earlier execution');
    misuse(host, 'MP_STALE_REFERENCE', () => (kept.rec!.n = 2));
    misuse(host, 'MP_STALE_REFERENCE', () => kept.list!.push(1));
    misuse(host, 'MP_STALE_REFERENCE', () => kept.map!.get(1));
    misuse(host, 'MP_STALE_REFERENCE', () => freeShared(kept.rec!));
    misuse(host, 'MP_STALE_REFERENCE', () => (s.keep = kept.rec));
  });
});
