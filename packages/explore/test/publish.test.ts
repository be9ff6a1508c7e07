import { Machine, word, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { explore } from '../src/index.ts';

/** Two threads that use a word and then, in the same step, write to another one plainly. */
function found(publish: boolean) {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    const entry = word('entry');
    const page = machine.allocateWords(1, () => 'page');
    for (const name of ['one', 'two'])
      machine.thread(name, {}, function* (): Op<void> {
        yield* entry.fetchAdd(1);
        machine.writeWord(page, 1);
        if (publish) machine.publish(entry.location);
      });
  });
  machine.seal();
  return explore({ machine, monitors: [] }).found.map(({ violation }) => violation.code);
}

describe('what a thread does in the step of its operation', () => {
  it('is a race with who uses the word next, in general', () => {
    expect(found(false)).toEqual(['MP_DATA_RACE']);
  });

  it('is part of the operation if the thread says so', () => {
    expect(found(true)).toEqual([]);
  });
});
