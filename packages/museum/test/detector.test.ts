import { rules } from '@movable-pages/conformance';
import { describe, expect, it } from 'vitest';
import { detectorsOf } from '../src/detector.ts';

describe('detectorsOf', () => {
  it('goes by the code of what found it', () => {
    expect(detectorsOf('MP_DATA_RACE', '')).toEqual(['HB']);
    expect(detectorsOf('MP_DEADLOCK', '')).toEqual(['LIVE']);
    expect(detectorsOf('MP-PUT-001', '')).toEqual(['META']);
    expect(detectorsOf('MP-REL-001', '')).toEqual(['PROTO']);
    expect(detectorsOf('MP-REL-002', '')).toEqual(['QUIES']);
  });

  it('has a reference that is taken on a free page be a matter of the ledger too', () => {
    expect(detectorsOf('MP_USE_AFTER_FREE', 'page 1 is used while it is free: contents are read')).toEqual([
      'POISON',
    ]);
    expect(
      detectorsOf('MP_USE_AFTER_FREE', 'page 1 is used while it is free: a reference is taken; A freed it'),
    ).toEqual(['POISON', 'LEDGER']);
  });

  it('has a callback after unloading be a use of what is gone, and something left over', () => {
    expect(detectorsOf('MP-REL-003', '')).toEqual(['POISON', 'QUIES']);
  });

  it('counts on no exception of the model, no misused primitive, no hidden state', () => {
    for (const code of ['MP_THREW', 'MP_OP_NOT_YIELDED', 'MP_HIDDEN_STATE', 'MP_UNTRACKED_FIELD'])
      expect(detectorsOf(code, '')).toEqual([]);
  });

  it('knows every rule that finds for itself, but those on the model and on what it declares', () => {
    const unknown = rules
      .filter(({ id, watch }) => watch !== undefined && detectorsOf(id, '').length === 0)
      .map(({ id }) => id);
    expect(unknown).toEqual(['MP-CAP-001']);
  });
});
