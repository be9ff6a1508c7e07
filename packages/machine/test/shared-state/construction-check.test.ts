import { describe, expect, it } from 'vitest';

import {
  checkConstructed,
  explainFrozenWrite,
  HANDLE,
  shared,
  SharedObject,
} from '../../src/shared-state/index.js';
import { FakeHost, misuse } from './fake-host.js';

class Service {
  calls = 0;
}
Object.defineProperty(Service.prototype, HANDLE, { value: true });

describe('checkConstructed', () => {
  it('accepts tracked state, handles, functions, primitives and deep constants, then freezes', () => {
    const host = new FakeHost();
    class Driver {
      state = shared({ n: 0 });
      list = shared([1]);
      map = shared(new Map());
      service = new Service();
      limit = 5;
      name = 'x';
      nothing = null;
      missing = undefined;
      options = Object.freeze({ deep: Object.freeze([1]) });
      parts = Object.freeze([shared({ n: 1 })]);
      callback = () => 1;
      get computed() {
        return [];
      }
    }
    const driver = host.ambient(() => new Driver());
    checkConstructed(driver, 'driver', host);
    expect(Object.isFrozen(driver)).toBe(true);
    driver.state.n = 1;
    expect(driver.state.n).toBe(1);
  });

  it.each<[string, unknown, string]>([
    ['array', [1], 'a plain array'],
    ['Map', new Map(), 'a plain Map'],
    ['Set', new Set(), 'a plain Set'],
    ['object', { n: 1 }, 'a plain object'],
    ['shallow constant', Object.freeze({ list: [] }), 'a plain object'],
    ['frozen Map', Object.freeze(new Map()), 'a plain Map'],
    ['Date', new Date(0), 'an instance of Date'],
    ['typed array', new Uint8Array(2), 'an instance of Uint8Array'],
    ['service without HANDLE', new (class Clock {})(), 'an instance of Clock'],
  ])('refuses a field with a plain %s: MP_UNTRACKED_FIELD', (_what, value, word) => {
    const host = new FakeHost();
    const error = misuse(host, 'MP_UNTRACKED_FIELD', () =>
      checkConstructed({ good: 1, bad: value }, 'balloon', host),
    );
    expect(error.message).toContain(`balloon.bad holds ${word}`);
    expect(error.details.subject).toBe('balloon.bad');
  });

  it('refuses stale literals and the state of another machine', () => {
    const [host, other] = [new FakeHost(), new FakeHost()];
    const literal = { n: 1 };
    host.ambient(() => shared(literal));
    misuse(host, 'MP_STALE_REFERENCE', () => checkConstructed({ literal }, 'd', host));
    const foreign = other.ambient(() => shared({ n: 1 }));
    misuse(host, 'MP_FOREIGN_VALUE', () => checkConstructed({ foreign }, 'd', host));
    expect(host.misuses).toHaveLength(2);
  });

  it('only freezes under the direct executor, and leaves a SharedObject driver as it is', () => {
    const direct = new FakeHost(false);
    const driver = { list: [1] };
    checkConstructed(driver, 'd', direct);
    expect(Object.isFrozen(driver)).toBe(true);
    const host = new FakeHost();
    class Tracked extends SharedObject {
      list = [1];
    }
    const tracked = host.ambient(() => new Tracked());
    checkConstructed(tracked, 'd', host);
    tracked.list.push(2);
    expect(tracked.list).toEqual([1, 2]);
  });
});

describe('explainFrozenWrite', () => {
  class Balloon {
    inflated = 0;
    extra?: number;
  }
  const caught = (body: () => unknown): unknown => {
    try {
      body();
    } catch (error) {
      return error;
    }
    return expect.fail('nothing was thrown');
  };

  it('names the field of a driver that changed: MP_UNTRACKED_FIELD', () => {
    const balloon = new Balloon();
    checkConstructed(balloon, 'balloon', new FakeHost());
    const error = caught(() => balloon.inflated++);
    const explained = explainFrozenWrite(error, balloon, 'balloon');
    expect(explained?.code).toBe('MP_UNTRACKED_FIELD');
    expect(explained?.message).toContain('balloon.inflated was assigned after construction');
    expect(explained?.cause).toBe(error);
  });

  it('knows added fields and drivers that are plain objects', () => {
    const plain = Object.freeze({ count: 0 });
    expect(
      explainFrozenWrite(
        caught(() => ((plain as { count: number }).count = 1)),
        plain,
        'd',
      )?.code,
    ).toBe('MP_UNTRACKED_FIELD');
    expect(
      explainFrozenWrite(
        caught(() => ((plain as { more?: number }).more = 1)),
        plain,
        'd',
      )?.message,
    ).toContain('d.more');
  });

  it('knows the frozen literal of a shared() call: MP_STALE_REFERENCE', () => {
    const host = new FakeHost();
    const balloon = host.build('b', () => new Balloon());
    const literal = { owner: 1 };
    host.run('t', () => shared(literal));
    const explained = explainFrozenWrite(
      caught(() => (literal.owner = 2)),
      balloon,
      'balloon',
    );
    expect(explained?.code).toBe('MP_STALE_REFERENCE');
  });

  it('leaves other errors alone', () => {
    const balloon = Object.freeze(new Balloon());
    class Other {
      inflated = 0;
    }
    const other = Object.freeze(new Other());
    for (const error of [
      new Error('Cannot assign'),
      caught(() => (null as unknown as Balloon).inflated),
      caught(() => ((other as Other).inflated = 1)),
      'text',
    ]) {
      expect(explainFrozenWrite(error, balloon, 'balloon')).toBeNull();
    }
  });
});
