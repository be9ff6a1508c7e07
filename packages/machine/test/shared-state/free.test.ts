import { describe, expect, it } from 'vitest';

import { freeShared, shared } from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

function world() {
  const host = new FakeHost();
  const s = host.build('s', () =>
    shared({ rec: { a: 1, b: 2 }, list: [1, 2], map: new Map([['k', 1]]), set: new Set(['m']) }),
  );
  const { rec, list, map, set } = s;
  return { host, s, rec, list, map, set };
}

describe('freeShared', () => {
  it('writes every location, so that an unordered reader is a race', () => {
    const { host, rec, list, map, set } = world();
    expect(host.run('vm', () => freeShared(rec))).toEqual(['W s.rec.a', 'W s.rec.b']);
    expect(host.run('vm', () => freeShared(list))).toEqual(['W s.list[0]', 'W s.list[1]', 'W s.list.length']);
    expect(host.run('vm', () => freeShared(map))).toEqual(['W s.map.get("k")', 'W s.map.order']);
    expect(host.run('vm', () => freeShared(set))).toEqual(['W s.set.has("m")', 'W s.set.order']);
  });

  it.each<
    [string, (w: ReturnType<typeof world>) => object, (w: ReturnType<typeof world>) => unknown, string]
  >([
    ['field read', (w) => w.rec, (w) => w.rec.a, 'R s.rec.a'],
    ['field write', (w) => w.rec, (w) => (w.rec.b = 1), 'W s.rec.b'],
    ['key listing', (w) => w.rec, (w) => Object.keys(w.rec), ''],
    ['key test', (w) => w.rec, (w) => 'a' in w.rec, ''],
    ['spread', (w) => w.rec, (w) => ({ ...w.rec }), ''],
    ['element read', (w) => w.list, (w) => w.list[0], 'R s.list[0]'],
    ['element write', (w) => w.list, (w) => (w.list[0] = 1), 'W s.list[0]'],
    ['length', (w) => w.list, (w) => w.list.length, 'R s.list.length'],
    ['push', (w) => w.list, (w) => w.list.push(1), 'R s.list.length'],
    ['iteration', (w) => w.list, (w) => [...w.list], 'R s.list.length'],
    ['native method', (w) => w.list, (w) => w.list.join(), 'R s.list.length'],
    ['Map get', (w) => w.map, (w) => w.map.get('k'), 'R s.map.get("k")'],
    ['Map set', (w) => w.map, (w) => w.map.set('k', 1), 'R s.map.get("k")'],
    ['Map size', (w) => w.map, (w) => w.map.size, 'R s.map.order'],
    ['Set add', (w) => w.set, (w) => w.set.add('m'), 'R s.set.has("m")'],
    ['Set iteration', (w) => w.set, (w) => [...w.set], 'R s.set.order'],
  ])('poisons: a %s after it is MP_USE_AFTER_FREE, recorded first', (_name, pick, use, access) => {
    const w = world();
    w.host.run('vm', () => freeShared(pick(w)));
    let log: string[] = [];
    const error = misuse(w.host, 'MP_USE_AFTER_FREE', () => {
      try {
        use(w);
      } finally {
        ({ log } = w.host);
      }
    });
    expect(log).toEqual(access === '' ? [] : [access]);
    expect(error.details.thereWhat).toBe('freed by vm');
    expect(error.details.subject).toMatch(/^s\./);
  });

  it('frees no twice, nothing untracked, and not what it refers to', () => {
    const { host, s, rec } = world();
    host.run('vm', () => freeShared(s));
    expect(rec.a).toBe(1);
    expect(misuse(host, 'MP_DOUBLE_FREE', () => freeShared(s)).message).toContain('first by vm');
    misuse(host, 'MP_PARAMETER', () => freeShared({}));
  });

  it('reports both places while the host captures sites', () => {
    const { host, rec } = world();
    let place = 'the free';
    Object.assign(host, { site: () => place });
    host.run('vm', () => freeShared(rec));
    place = 'the use';
    const used = misuse(host, 'MP_USE_AFTER_FREE', () => rec.a);
    expect(used.details).toMatchObject({
      here: 'the use',
      there: 'the free',
      location: host.space.locationOf(rec, 'a'),
    });
    expect(misuse(host, 'MP_DOUBLE_FREE', () => freeShared(rec)).details).toMatchObject({
      here: 'the use',
      there: 'the free',
    });
  });

  it('is undone', () => {
    const { host, rec, list, map, set } = world();
    host.run('vm', () => [rec, list, map, set].forEach((object) => freeShared(object)));
    host.reset();
    expect([rec.a, list[0], map.get('k'), set.has('m')]).toEqual([1, 1, 1, true]);
    host.run('vm', () => freeShared(rec));
  });
});
