import { describe, expect, it } from 'vitest';

import { freeShared, shared } from '../../src/shared-state/index.js';
import { FakeHost, prng } from './fake-host.js';

function world() {
  const host = new FakeHost();
  const s = host.build('s', () =>
    shared({
      n: 0,
      ref: null as object | null,
      list: [1, 2, 2, 3],
      map: new Map([
        ['a', 1],
        ['b', 2],
      ]),
      set: new Set(['x', 'y']),
    }),
  );
  return { host, s };
}

describe('netChanges', () => {
  it('says what differs, by path', () => {
    const { host, s } = world();
    const mark = host.space.mark();
    host.run('t', () => {
      s.n = 5;
      s.list.splice(1, 1);
      s.list.push(9);
      s.map.set('a', 7).set('c', 3).delete('b');
      s.set.delete('x');
      s.set.add('z');
    });
    const changes = host.space
      .netChanges(mark)
      .map(({ kind, path, key, before, after }) => [kind, path, key, before, after]);
    expect(changes).toEqual([
      ['field', 's.n', 'n', 0, 5],
      ['member', 's.list', undefined, undefined, 9],
      ['member', 's.list', undefined, 2, undefined],
      ['entry', 's.map.get("a")', 'a', 1, 7],
      ['entry', 's.map.get("b")', 'b', 2, undefined],
      ['entry', 's.map.get("c")', 'c', undefined, 3],
      ['member', 's.set', undefined, undefined, 'z'],
      ['member', 's.set', undefined, 'x', undefined],
    ]);
  });

  it('is empty for what was put back, order aside', () => {
    const { host, s } = world();
    const mark = host.space.mark();
    host.run('t', () => {
      s.n = 5;
      s.n = 0;
      s.list.push(s.list.shift()!);
      s.map.delete('a');
      s.map.set('a', 1);
      s.set.delete('x');
      s.set.add('x');
      s.list.reverse();
    });
    expect(host.space.netChanges(mark)).toEqual([]);
  });

  it('compares tracked values by identity', () => {
    const { host, s } = world();
    host.run('t', () => (s.ref = shared({ n: 1 })));
    const mark = host.space.mark();
    const before = s.ref;
    host.run('t', () => (s.ref = shared({ n: 1 })));
    const [change] = host.space.netChanges(mark);
    expect([change!.before === before, change!.after === s.ref, before === s.ref]).toEqual([
      true,
      true,
      false,
    ]);
    expect(change!.container).toBe(s);
    host.run('t', () => (s.ref = before));
    expect(host.space.netChanges(mark)).toEqual([]);
  });

  it('reports a free, and nothing about objects made since', () => {
    const { host, s } = world();
    const mark = host.space.mark();
    host.run('t', () => {
      const rec = shared({ n: 1 });
      rec.n = 2;
      freeShared(rec);
      freeShared(s.list);
    });
    expect(host.space.netChanges(mark).map(({ kind, path }) => [kind, path])).toEqual([['freed', 's.list']]);
    const mine = host.space.mark('t');
    host.run('t', () => {
      const rec = shared({ n: 1 });
      expect(host.space.netChanges(mine)).toEqual([]);
      rec.n = 2;
    });
    expect(host.space.netChanges(mine)).toEqual([]);
  });

  it('can be asked again, nests, and ends with release and reset', () => {
    const { host, s } = world();
    const outer = host.space.mark();
    host.run('t', () => (s.n = 1));
    const inner = host.space.mark();
    host.run('t', () => (s.n = 2));
    expect(host.space.netChanges(inner).map(({ before, after }) => [before, after])).toEqual([[1, 2]]);
    expect(host.space.netChanges(outer).map(({ before, after }) => [before, after])).toEqual([[0, 2]]);
    host.space.release(inner);
    host.run('t', () => (s.n = 3));
    expect(host.space.netChanges(outer).map(({ before, after }) => [before, after])).toEqual([[0, 3]]);
    expect(host.space.netChanges(inner).map(({ before, after }) => [before, after])).toEqual([[1, 2]]);
    host.reset();
    const late = host.space.mark();
    expect(host.space.netChanges(late)).toEqual([]);
    expect(s.n).toBe(0);
  });

  it('nets one thread, whatever others write in between', () => {
    const { host, s } = world();
    const mark = host.space.mark('vm');
    host.run('vm', () => s.list.push(10));
    host.run('io', () => {
      s.list.push(20);
      s.n = 4;
      s.map.set('a', 9);
    });
    host.run('vm', () => {
      s.list.splice(s.list.indexOf(10), 1);
      s.map.set('b', 3);
    });
    host.run('io', () => s.list.pop());
    host.run('vm', () => s.list.push(30));
    host.run('io', () => {
      s.list.push(40);
      s.map.set('a', 5);
    });
    expect(host.space.netChanges(mark).map(({ path, before, after }) => [path, before, after])).toEqual([
      ['s.list', undefined, 30],
      ['s.map.get("b")', 2, 3],
    ]);
  });

  it('agrees with a comparison of copies on 2,000 random programs, and is undone with them', () => {
    const { host, s } = world();
    host.logging = false;
    const random = prng(7);
    const count = (values: Iterable<unknown>) => {
      const counts = new Map<unknown, number>();
      for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
      return counts;
    };
    const differs = (a: Map<unknown, unknown>, b: Map<unknown, unknown>) =>
      a.size !== b.size || [...a].some(([key, value]) => b.get(key) !== value);
    let quiet = 0;
    for (let program = 0; program < 2000; program++) {
      host.run('t', () => {
        const acts = [
          () => s.list.push(random(4)),
          () => s.list.pop(),
          () => s.list.splice(random(3), 1),
          () => s.map.set('abc'[random(3)]!, random(3)),
          () => s.map.delete('abc'[random(3)]!),
          () => s.set.add('xyz'[random(3)]!),
          () => s.set.delete('xyz'[random(3)]!),
          () => (s.n = random(3)),
        ];
        const act = () => acts[random(acts.length)]!();
        for (let left = random(4); left > 0; left--) act();
        const [n, list, map, set] = [s.n, count(s.list), new Map(s.map), count(s.set)];
        const mark = host.space.mark();
        for (let left = random(4); left > 0; left--) act();
        const paths = new Set(host.space.netChanges(mark).map(({ path }) => path.split('.', 2).join('.')));
        const wanted = [
          s.n === n ? '' : 's.n',
          differs(list, count(s.list)) ? 's.list' : '',
          differs(map, new Map(s.map)) ? 's.map' : '',
          differs(set, count(s.set)) ? 's.set' : '',
        ].filter((path) => path !== '');
        if (wanted.length === 0) quiet++;
        expect([...paths].sort()).toEqual(wanted.sort());
      });
      host.reset();
    }
    expect(quiet).toBeGreaterThan(100);
  });
});
