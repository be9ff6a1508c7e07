import { describe, expect, it } from 'vitest';
import { word } from '../../src/index.ts';
import { executors, misuse, setUp } from '../support.ts';

describe('word', () => {
  it('starts every execution at its initial value', () => {
    const { machine, parts } = setUp(() => word('w', 3));
    for (const { run } of executors) {
      expect(run(machine, () => parts.fetchAdd(1))).toBe(3);
    }
  });

  it('is named after what it was called, twins with a number', () => {
    const { machine, parts } = setUp(() => [word('count'), word('count')]);
    expect(parts.map((each) => machine.nameOf(each.location))).toEqual(['count', 'count#2']);
  });

  it('is not made while an execution runs', () => {
    const { machine } = setUp(() => null);
    const error = misuse(() => machine.construct(() => word('late')));
    expect(error.code).toBe('MP_LATE_LOCK');
    expect(error.message).toContain('word late');
  });

  it('is not given a new initial value after construction', () => {
    const { parts } = setUp(() => word('w'));
    expect(misuse(() => parts.initialise(1)).code).toBe('MP_LATE_LOCK');
  });

  it('is not made without a machine', () => {
    expect(misuse(() => word('homeless')).code).toBe('MP_NO_MACHINE');
  });
});
