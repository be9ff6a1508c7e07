import { describe, expect, it } from 'vitest';

import { MachineError } from '../../src/errors.js';
import { freeShared, shared, SharedObject } from '../../src/shared-state/index.js';
import { FakeHost } from './fake-host.js';

class Rec extends SharedObject {}

describe('without a machine', () => {
  it.each<[string, () => unknown]>([
    ['shared()', () => shared({ n: 1 })],
    ['freeShared()', () => freeShared({})],
    ['new Rec()', () => new Rec()],
  ])('%s says what to do: MP_NO_MACHINE', (name, body) => {
    let thrown: unknown;
    try {
      body();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(MachineError);
    expect(thrown).toMatchObject({ code: 'MP_NO_MACHINE', details: { subject: name } });
    expect(String(thrown)).toContain(
      `${name} was called while no machine runs. Call it in the driver's constructor`,
    );
  });

  it('shared() after an await is refused', async () => {
    const host = new FakeHost();
    const late = host.ambient(async () => {
      await Promise.resolve();
      return shared({ n: 1 });
    });
    await expect(late).rejects.toMatchObject({ code: 'MP_NO_MACHINE' });
  });
});
