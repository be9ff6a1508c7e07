import { describe, expect, it } from 'vitest';

import { freeShared, HANDLE, shared } from '../../src/shared-state/index.js';
import { FakeHost } from './fake-host.js';

interface Rec {
  owner: number;
}

class Balloon {
  readonly state = shared({ pages: [] as Rec[], spare: { owner: 9 } as Rec | null, inflated: 0 });
  readonly table = shared(new Map<unknown, Rec>());
  readonly seen = shared(new Set<Rec>());
  readonly parts = Object.freeze([shared({ n: 1 })]);
}

function world() {
  const host = new FakeHost();
  const balloon = host.build('balloon', () => new Balloon());
  const at = (object: object, key: unknown) => host.space.describe(host.space.locationOf(object, key)!);
  return { host, balloon, at };
}

describe('names of locations', () => {
  it('names locations by the shortest way from the roots', () => {
    const { host, balloon, at } = world();
    host.run('t', () => {
      for (let owner = 0; owner < 4; owner++) balloon.state.pages.push(shared({ owner }));
      balloon.table.set('k', balloon.state.pages[2]!);
      balloon.table.set(7, shared({ owner: 7 }));
      balloon.seen.add(shared({ owner: 8 }));
    });
    expect(at(balloon.state, 'inflated')).toBe('balloon.state.inflated');
    expect(at(balloon.state.pages, 'length')).toBe('balloon.state.pages.length');
    expect(at(balloon.state.pages[3]!, 'owner')).toBe('balloon.state.pages[3].owner');
    expect(at(balloon.state.spare!, 'owner')).toBe('balloon.state.spare.owner');
    // Two steps by the Map, three by the array.
    expect(at(balloon.state.pages[2]!, 'owner')).toBe('balloon.table.get("k").owner');
    expect(at(balloon.table.get(7)!, 'owner')).toBe('balloon.table.get(7).owner');
    expect(at([...balloon.seen][0]!, 'owner')).toBe('balloon.seen.values[0].owner');
    expect(at(balloon.parts[0]!, 'n')).toBe('balloon.parts[0].n');
    expect(host.space.describe(3)).toBeNull();
    expect(host.space.describe(1e6)).toBeNull();
  });

  it('follows objects that move', () => {
    const { host, balloon, at } = world();
    host.run('t', () => balloon.state.pages.push(shared({ owner: 0 }), shared({ owner: 1 })));
    const second = balloon.state.pages[1]!;
    host.run('t', () => balloon.state.pages.shift());
    expect(at(second, 'owner')).toBe('balloon.state.pages[0].owner');
  });

  it('keeps the last name of what was removed or freed', () => {
    const { host, balloon, at } = world();
    host.run('t', () => balloon.state.pages.push(shared({ owner: 0 }), shared({ owner: 1 })));
    const [, second] = balloon.state.pages;
    const spare = balloon.state.spare!;
    host.run('t', () => {
      balloon.state.pages.pop();
      freeShared(second!);
      balloon.state.spare = null;
    });
    expect(at(second!, 'owner')).toBe('balloon.state.pages[1].owner');
    expect(at(spare, 'owner')).toBe('balloon.state.spare.owner');
  });

  it('goes back to the name of construction after a reset', () => {
    const { host, balloon, at } = world();
    const spare = balloon.state.spare!;
    host.run('t', () => balloon.state.pages.push(spare));
    host.reset();
    host.run('t', () => (balloon.state.spare = null));
    expect(at(spare, 'owner')).toBe('balloon.state.spare.owner');
  });

  it('names what nothing ever held by thread and allocation', () => {
    const { host, at } = world();
    let [first, second, other, nested]: object[] = [{}, {}, {}, {}];
    const act = () => {
      host.run('vm', () => {
        first = shared({ n: 1 });
        const outer = shared({ inner: { n: 1 } });
        second = outer;
        nested = outer.inner;
      });
      host.run('io', () => (other = shared([1])));
      return [at(first!, 'n'), at(second!, 'inner'), at(nested!, 'n'), at(other!, 0)];
    };
    const names = [
      '(vm, allocation 1).n',
      '(vm, allocation 2).inner',
      '(vm, allocation 2).inner.n',
      '(io, allocation 1)[0]',
    ];
    expect(act()).toEqual(names);
    host.reset();
    expect(act()).toEqual(names);
  });

  it('names tracked keys alike in every execution', () => {
    const { host, balloon } = world();
    const act = () => host.run('t', () => balloon.table.set(shared({ n: 1 }), shared({ owner: 1 })));
    const first = act();
    expect(first.at(-2)).toMatch(/^W balloon\.table\.get\(object \d+\)$/);
    host.reset();
    expect(act()).toEqual(first);
  });

  it('spells odd keys and lets handles speak for themselves', () => {
    const host = new FakeHost();
    class Page {
      toString() {
        return 'page 5';
      }
    }
    Object.defineProperty(Page.prototype, HANDLE, { value: true });
    const page = new Page();
    const s = host.build('s', () => shared({ 'a b': 1, 12: 2, map: new Map<unknown, number>([[page, 1]]) }));
    const at = (object: object, key: unknown) => host.space.describe(host.space.locationOf(object, key)!);
    expect([at(s, 'a b'), at(s, '12'), at(s.map, page)]).toEqual(['s["a b"]', 's[12]', 's.map.get(page 5)']);
  });
});
