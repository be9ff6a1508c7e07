import type { Machine } from '@movable-pages/machine';
import type { Violation } from '../violation.js';

/**
 * Judges what an execution has left behind: null, or the words that it took and never gave back, and the tracked objects
 * that it made, did not free, and that nothing leads to any more.
 *
 * @since 0.1.0
 */
export function describeLeaks(machine: Machine): Violation | null {
  const words = machine.heap.leaks().map((lot) => ({
    name: lot.words === 1 ? lot.name : `${lot.name} (${lot.words} words)`,
    madeBy: null,
    madeAt: undefined,
  }));
  const lost = [...machine.space.leaks(), ...words];
  const first = lost[0];
  if (first === undefined) return null;
  const names = lost.map(({ name, madeBy }) => (madeBy === null ? name : `${name}, made by ${madeBy}`));
  return {
    kind: 'leak',
    code: 'MP_LEAK',
    message: `at the end ${lost.length === 1 ? 'something is' : `${lost.length} things are`} lost, neither freed nor reachable: ${names.join('; ')}`,
    subject: first.name,
    thread: first.madeBy,
    scope: null,
    party: null,
    details: {
      subject: first.name,
      there: first.madeAt,
      thereWhat: `made by ${first.madeBy ?? 'somebody'}`,
      expected: 'everything that was made freed, or still reachable',
      received: names.join('; '),
    },
    hint: 'free it before the last reference to it is dropped, on every path',
  };
}
