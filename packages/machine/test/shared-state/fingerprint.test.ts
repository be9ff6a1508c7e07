import { describe, expect, it } from 'vitest';

import { freeShared, HANDLE, shared } from '../../src/shared-state/index.js';
import { FakeHost } from './fake-host.js';

class Driver {
  state = shared({ list: [] as unknown[], map: new Map<unknown, unknown>(), set: new Set<unknown>(), n: 0 });
  limit = 5;
}

function after(act: (driver: Driver) => unknown): string {
  const host = new FakeHost();
  const driver = host.build('d', () => new Driver());
  let text = '';
  const log = host.run('t', () => {
    act(driver);
    host.log = [];
    text = host.space.fingerprint(driver);
    expect(host.log).toEqual([]);
  });
  expect(log).toBeDefined();
  return text;
}

describe('fingerprint', () => {
  it('is equal for equal state, however it came about', () => {
    const one = after(({ state }) => state.list.push(shared({ n: 1 }), 2));
    const two = after(({ state }) => {
      shared({ garbage: 1 });
      state.list.push(0, 2);
      state.list[0] = shared({ n: 1 });
      state.map.set('a', 1);
      state.map.delete('a');
    });
    expect(two).toBe(one);
  });

  it('differs with values, types, identity, order, frees and handles', () => {
    class Page {
      constructor(readonly pfn: number) {}
      toString() {
        return `page ${this.pfn}`;
      }
    }
    Object.defineProperty(Page.prototype, HANDLE, { value: true });
    const texts = [
      after(() => {}),
      after((d) => (d.state.n = 1)),
      after((d) => (d.state.n = -0)),
      after((d) => (d.state.n = '0' as never)),
      after((d) => d.state.list.push(null)),
      after((d) => d.state.list.push(undefined)),
      after((d) => d.state.list.push(1n)),
      after((d) => d.state.list.push(1)),
      after((d) => d.state.list.push(shared([]), shared([]))),
      after((d) => {
        const same = shared([]);
        d.state.list.push(same, same);
      }),
      after((d) => d.state.map.set('a', 1).set('b', 1)),
      after((d) => d.state.map.set('b', 1).set('a', 1)),
      after((d) => d.state.set.add('a')),
      after((d) => freeShared(d.state)),
      after((d) => d.state.list.push(new Page(1))),
      after((d) => d.state.list.push(new Page(2))),
    ];
    expect(new Set(texts).size).toBe(texts.length);
  });
});
