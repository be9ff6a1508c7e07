import { word, type Machine, type Op, type Word } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '../../src/index.ts';
import { program } from '../support.ts';

/** A counted object: the count is a word, and each reference is booked for whoever runs. */
function* get(machine: Machine, count: Word): Op<void> {
  yield* count.fetchAdd(1);
  machine.noteReference(count.location, 1);
}

function* put(machine: Machine, count: Word): Op<void> {
  yield* count.fetchAdd(-1);
  machine.noteReference(count.location, -1);
}

const parties = (device: (machine: Machine, count: Word) => Op<void>, on = true) =>
  program(
    (machine) => {
      const count = word('object.refs');
      return {
        driver: [
          { party: 'driver' },
          function* () {
            yield* get(machine, count);
            yield* put(machine, count);
          },
        ],
        device: [{ party: 'device' }, () => device(machine, count)],
      };
    },
    on ? { references: true } : {},
  );

describe('references', () => {
  function* right(machine: Machine, count: Word): Op<void> {
    yield* get(machine, count);
    yield* put(machine, count);
  }
  function* dropsAnothers(machine: Machine, count: Word): Op<void> {
    yield* put(machine, count);
    yield* get(machine, count);
  }
  function* keeps(machine: Machine, count: Word): Op<void> {
    yield* get(machine, count);
  }

  it('are in order if each drops what it took', () => {
    expect(explore(parties(right), { preemptions: 4 }).found).toEqual([]);
  });

  it('that a party does not hold may not be dropped, though the sum is right in the end', () => {
    const [found] = explore(parties(dropsAnothers)).found;
    expect(found?.violation).toMatchObject({
      kind: 'reference',
      code: 'MP_REFERENCE_NOT_HELD',
      thread: 'device',
      party: 'device',
      subject: 'device object.refs',
    });
    expect(found!.violation.details.here).toContain('references.test.ts');
  });

  it('names who holds what is dropped', () => {
    const shared = program(
      (machine) => {
        const count = word('object.refs');
        machine.ledger.note(count.location, 'vm', 2);
        return { device: [{ party: 'device' }, () => put(machine, count)] };
      },
      { references: true },
    );
    expect(explore(shared).found[0]?.violation.message).toBe(
      'device drops a reference of object.refs for the device, which holds none; it is held by vm (2)',
    );
  });

  it('that are left at the end are named, with who took them where', () => {
    const [found] = explore(parties(keeps)).found;
    expect(found?.violation).toMatchObject({
      code: 'MP_REFERENCE_LEFT',
      party: 'device',
      message: 'at the end references are not as they were: device holds 1 of object.refs, 0 before',
    });
    expect(found!.violation.details.there).toContain('references.test.ts');
  });

  it('are not judged unless the program asks for it', () => {
    expect(explore(parties(keeps, false)).found).toEqual([]);
  });
});
