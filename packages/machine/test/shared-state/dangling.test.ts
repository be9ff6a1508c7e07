import { describe, expect, it } from 'vitest';
import { freeShared, HANDLE, shared } from '../../src/shared-state/index.js';
import { FakeHost } from './fake-host.js';

class Page {
  declare readonly [HANDLE]: true;
  constructor(readonly free: boolean) {}
  static {
    Object.defineProperty(this.prototype, HANDLE, { value: true });
  }
}

const isFree = (handle: object) => (handle as Page).free;

function build() {
  const host = new FakeHost();
  const state = host.build('s', () =>
    shared({
      last: null as unknown,
      list: [] as unknown[],
      set: new Set<unknown>(),
      map: new Map<unknown, unknown>(),
    }),
  );
  const paths = () => host.space.dangling(isFree).map(({ path }) => path);
  return { host, state, paths };
}

describe('what dangles', () => {
  it('is what was freed and a collection leads to, at whatever depth', () => {
    const { host, state, paths } = build();
    const gone = new Page(true);
    host.run('t', () => {
      state.list.push(1, gone);
      state.set.add(gone);
      state.map.set(7, shared({ page: gone }));
      state.list.push(Object.freeze({ page: new Page(true) }));
    });
    expect(paths()).toEqual(['s.list[1]', 's.list[2].page']);
    host.run('t', () => {
      state.list.length = 0;
      state.set.clear();
    });
    expect(paths()).toEqual(['s.map.get(7).page']);
  });

  it('is not what lives, nor what only a field points to, nor what nothing leads to', () => {
    const { host, state, paths } = build();
    host.run('t', () => {
      state.list.push(new Page(false));
      state.last = new Page(true);
      const lost = shared({ pages: [new Page(true)] });
      state.map.set('a', lost);
      state.map.delete('a');
    });
    expect(paths()).toEqual([]);
  });

  it('finds a tracked object that was freed, and looks no further', () => {
    const { host, state, paths } = build();
    host.run('t', () => {
      const record = shared({ pages: [new Page(true)] });
      state.list.push(record);
      freeShared(record);
    });
    expect(paths()).toEqual(['s.list[0]']);
  });
});
