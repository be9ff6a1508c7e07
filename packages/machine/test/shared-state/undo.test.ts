import { describe, expect, it } from 'vitest';

import { freeShared, shared } from '../../src/shared-state/index.js';
import { FakeHost, prng } from './fake-host.js';

type Ref = object | null;
interface World {
  count: number;
  ref: Ref;
  list: unknown[];
  map: Map<unknown, unknown>;
  set: Set<unknown>;
  deep: { list: { n: number; ref: Ref }[]; map: Map<string, { n: number }> };
}

const make = (): World =>
  shared<World>({
    count: 0,
    ref: null,
    list: [1, 2, 3],
    map: new Map<unknown, unknown>([
      ['a', 1],
      ['b', 2],
      ['c', 3],
    ]),
    set: new Set<unknown>(['a', 'b', 'c']),
    deep: {
      list: [
        { n: 1, ref: null },
        { n: 2, ref: null },
      ],
      map: new Map([
        ['x', { n: 1 }],
        ['y', { n: 2 }],
      ]),
    },
  });

/** One random mutation. It may meet freed objects; the caller catches. */
function mutate(world: World, random: (below: number) => number): void {
  const value = (): unknown => {
    switch (random(4)) {
      case 0:
        return random(100);
      case 1:
        return shared({ n: random(10), ref: null });
      case 2:
        return world.deep.list[random(2)] ?? null;
      default:
        return shared([random(10)]);
    }
  };
  const key = (): unknown => 'abcdefgh'[random(8)];
  switch (random(18)) {
    case 0:
      world.count += random(5);
      break;
    case 1:
      world.list.push(value(), value());
      break;
    case 2:
      world.list.splice(random(4), random(3), value());
      break;
    case 3:
      world.list.sort((a, b) => (String(a) < String(b) ? -1 : 1));
      break;
    case 4:
      world.list.length = random(world.list.length + 1);
      break;
    case 5:
      world.map.set(key(), value());
      break;
    case 6:
      world.map.delete(key());
      break;
    case 7:
      world.map.clear();
      break;
    case 8:
      world.set.add(key());
      break;
    case 9:
      world.set.delete(key());
      break;
    case 10:
      world.deep.list[random(2)]!.n++;
      break;
    case 11:
      world.deep.list[random(2)]!.ref = world.ref;
      break;
    case 12:
      world.ref = value() as Ref;
      break;
    case 13:
      world.deep.map.set('xyz'[random(3)]!, world.deep.map.get('x') ?? shared({ n: 5 }));
      break;
    case 14:
      world.deep.list.reverse();
      break;
    case 15:
      freeShared([world.deep.list, world.map, world.set, world.deep.map, world.deep.list[0]!][random(5)]!);
      break;
    case 16:
      world.list = shared([random(9)]);
      break;
    default:
      world.map.get(key());
      world.list.unshift(random(10));
  }
}

describe('reset', () => {
  it('restores 20,000 random executions exactly: contents, identity, Map order, locations', () => {
    const executions = 20_000;
    const host = new FakeHost();
    host.logging = false;
    const world = host.build('world', make);
    const random = prng(1);
    const parts = [world, world.list, world.map, world.set, world.deep, world.deep.list, world.deep.map];
    const initial = host.space.fingerprint(world);
    const locations = host.nextLocation;
    let [changed, caught] = [0, 0];
    for (let execution = 0; execution < executions; execution++) {
      host.run('t', () => {
        for (let step = 1 + random(8); step > 0; step--) {
          try {
            mutate(world, random);
          } catch {
            caught++;
          }
        }
      });
      if (execution % 20 === 0 && host.space.fingerprint(world) !== initial) changed++;
      host.reset();
      if (host.space.fingerprint(world) !== initial) expect.fail(`execution ${execution} was not restored`);
      if (host.nextLocation !== locations) expect.fail(`execution ${execution} left locations behind`);
    }
    expect([world, world.list, world.map, world.set, world.deep, world.deep.list, world.deep.map]).toEqual(
      parts,
    );
    expect(changed).toBeGreaterThan(executions / 20 / 2);
    expect(caught).toBeGreaterThan(100);
  });

  it('gives the same accesses, names and locations to the same program', () => {
    const host = new FakeHost();
    const world = host.build('world', make);
    for (let seed = 0; seed < 200; seed++) {
      const act = () => {
        const random = prng(seed);
        return host.run('t', () => {
          for (let step = 0; step < 8; step++) {
            try {
              mutate(world, random);
            } catch (error) {
              host.log.push(String(error));
            }
          }
          host.log.push(String(host.nextLocation), host.space.fingerprint(world));
        });
      };
      const first = act();
      host.reset();
      const second = act();
      host.reset();
      expect(second.join('\n')).toBe(first.join('\n'));
    }
  });

  it('restores Map order after a key went and came back', () => {
    const host = new FakeHost();
    const map = host.build('map', () =>
      shared(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ),
    );
    host.run('t', () => {
      map.delete('a');
      map.set('a', 1);
    });
    expect([...map.keys()]).toEqual(['b', 'a']);
    host.reset();
    expect([...map.keys()]).toEqual(['a', 'b']);
  });

  it('forgets locations that reading and growing made', () => {
    const host = new FakeHost();
    const s = host.build('s', () =>
      shared({ list: [1], map: new Map<string, number>(), set: new Set<string>() }),
    );
    const grow = () =>
      host.run('t', () => {
        s.map.get('missing');
        s.set.has('missing');
        for (let i = 0; i < 20; i++) s.list.push(i);
      });
    grow();
    const location = host.space.locationOf(s.map, 'missing');
    expect(location).not.toBeNull();
    host.reset();
    expect(host.space.locationOf(s.map, 'missing')).toBeNull();
    grow();
    expect(host.space.locationOf(s.map, 'missing')).toBe(location);
  });

  it('lets no location of an earlier execution come back', () => {
    const host = new FakeHost();
    const s = host.build('s', () => shared({ list: [1] }));
    const grow = () => {
      for (let i = 0; i < 9; i++) s.list.push(i);
    };
    const allocate = () => {
      for (let i = 0; i < 9; i++) shared({ n: i });
    };
    host.run('t', () => (allocate(), grow()));
    host.reset();
    const next = host.nextLocation;
    host.run('t', () => (grow(), allocate()));
    expect(host.space.locationOf(s.list, 4)).toBe(next);
  });

  it('goes back to the state at seal, not to the literal', () => {
    const host = new FakeHost();
    const s = host.build('s', () => {
      const made = shared({ n: 1, list: [1] });
      made.n = 2;
      made.list.push(2);
      return made;
    });
    host.run('t', () => {
      s.n = 3;
      s.list.pop();
    });
    host.reset();
    expect(s).toEqual({ n: 2, list: [1, 2] });
  });
});
