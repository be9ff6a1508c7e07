import { describe, expect, it } from 'vitest';

import { freeShared, shared, SharedObject } from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

class Rec extends SharedObject {
  mapped = false;
  links: Rec[] = [];
  readonly tags = new Set<string>();
  readonly #born: number;
  constructor(public owner: number) {
    super();
    this.#born = owner;
  }
  get twice(): number {
    return this.owner * 2;
  }
  set twice(value: number) {
    this.owner = value / 2;
  }
  give(owner: number): this {
    this.owner = owner;
    return this;
  }
  born(): number {
    return this.#born;
  }
}
class Big extends Rec {
  extra = { n: 1 };
}

function world() {
  const host = new FakeHost();
  const s = host.build('s', () => shared({ recs: [new Rec(1), new Big(2)], spare: null as Rec | null }));
  const [rec, big] = s.recs as [Rec, Big];
  return { host, s, rec, big };
}

describe('SharedObject', () => {
  it('tracks declared fields and takes in their literals', () => {
    const { host, rec, big } = world();
    expect(host.run('t', () => (rec.owner = rec.owner + 1))).toEqual([
      'R s.recs[0].owner',
      'W s.recs[0].owner',
    ]);
    expect(host.run('t', () => rec.tags.add('x'))).toContain('W s.recs[0].tags.order');
    expect(host.run('t', () => big.extra.n++)).toContain('W s.recs[1].extra.n');
    expect(host.run('t', () => rec.links.push(big))).toContain('W s.recs[0].links.length');
    expect(rec.links[0]).toBe(big);
  });

  it('runs methods and accessors with the tracked object as this', () => {
    const { host, s, rec } = world();
    expect(host.run('t', () => rec.twice)).toEqual(['R s.recs[0].owner']);
    expect(host.run('t', () => (rec.twice = 8))).toEqual(['W s.recs[0].owner']);
    expect(host.run('t', () => expect(rec.give(3)).toBe(rec))).toEqual(['W s.recs[0].owner']);
    expect(rec.born()).toBe(1);
    expect(s.recs.includes(rec)).toBe(true);
    expect(rec instanceof Rec && !(rec instanceof Big)).toBe(true);
    expect(Object.keys(rec).toSorted()).toEqual(['links', 'mapped', 'owner', 'tags']);
  });

  it('is undone, freed and expired as other tracked objects', () => {
    const { host, s, rec } = world();
    let late: Rec | null = null;
    host.run('t', () => {
      rec.owner = 9;
      rec.links.push(rec);
      late = new Rec(5);
      s.spare = late;
      freeShared(rec);
    });
    misuse(host, 'MP_USE_AFTER_FREE', () => rec.owner);
    host.reset();
    expect([rec.owner, rec.links.length, s.spare]).toEqual([1, 0, null]);
    misuse(host, 'MP_STALE_REFERENCE', () => late!.owner);
  });

  it('has a fixed shape once it is stored, sealed or seen by another thread', () => {
    const { host, s, rec } = world();
    misuse(host, 'MP_NEW_KEY', () => Object.assign(rec, { more: 1 }));
    misuse(host, 'MP_NEW_KEY', () => {
      s.spare = new Rec(1);
      Object.assign(s.spare, { more: 1 });
    });
    let fresh: Rec | null = null;
    host.run('vm', () => {
      fresh = new Rec(1);
      Object.assign(fresh, { more: 1 });
    });
    expect((fresh as unknown as { more: number }).more).toBe(1);
    host.thread = 'io';
    misuse(host, 'MP_NEW_KEY', () => Object.assign(fresh!, { late: 1 }));
    host.thread = null;
    misuse(host, 'MP_DELETE_KEY', () => delete (rec as { mapped?: boolean }).mapped);
  });

  it('gives its locations the same numbers in every execution', () => {
    const { host } = world();
    const numbers = () => {
      let found: (number | null)[] = [];
      host.run('t', () => {
        const rec = new Big(1);
        found = Object.keys(rec).map((key) => host.space.locationOf(rec, key));
      });
      host.reset();
      return found;
    };
    const first = numbers();
    expect(new Set(first).size).toBe(5);
    expect(first).not.toContain(null);
    expect(numbers()).toEqual(first);
  });

  it('takes nothing that cannot be tracked', () => {
    const host = new FakeHost();
    class Bad extends SharedObject {
      when = new Date(0);
    }
    expect(misuse(host, 'MP_SHARED_CLASS', () => new Bad()).details.subject).toContain('.when');
  });

  it('is an ordinary object under the direct executor', () => {
    const host = new FakeHost(false);
    const rec = host.ambient(() => new Rec(1));
    expect(host.space.isTracked(rec)).toBe(false);
    expect(rec.give(2).twice).toBe(4);
  });
});
