import { MachineError, mix, mixText } from '@movable-pages/machine';
import type { Program } from './execution.js';
import type { ExploreOptions, SearchKind } from './explore-options.js';

const SEARCHES: readonly SearchKind[] = ['auto', 'exhaustive', 'bounded', 'pct', 'random'];

/** Options that count something, with the least that makes sense. */
const COUNTS = {
  preemptions: 0,
  faults: 0,
  maxExecutions: 1,
  tryAll: 0,
  maxTotalSteps: 1,
  maxSteps: 1,
  maxMilliseconds: 0,
  sampled: 0,
  beyond: 0,
  afterFirst: 0,
  from: 0,
  freshRuns: 2,
  split: 1,
} as const;

/**
 * Refuses options that would be taken for something else than was meant.
 *
 * @throws MachineError `MP_PARAMETER`.
 */
export function checkOptions(options: ExploreOptions): void {
  const { search, shard } = options;
  if (search !== undefined && !SEARCHES.includes(search))
    refuse(`search is ${JSON.stringify(search)}`, `one of ${SEARCHES.join(', ')}`);
  for (const [name, least] of Object.entries(COUNTS)) {
    const value = options[name as keyof typeof COUNTS];
    if (value === undefined || value === Infinity || (Number.isInteger(value) && value >= least)) continue;
    if (name === 'maxMilliseconds' && value >= 0) continue;
    refuse(`${name} is ${String(value)}`, `a whole number from ${least}`);
  }
  if (options.maxMilliseconds !== undefined && options.clock === undefined)
    refuse('maxMilliseconds is given without a clock', 'a clock, such as () => performance.now()');
  if (
    shard !== undefined &&
    !(
      Number.isInteger(shard.of) &&
      Number.isInteger(shard.index) &&
      shard.index >= 0 &&
      shard.index < shard.of
    )
  )
    refuse(`shard is ${JSON.stringify(shard)}`, 'an index from 0 below its `of`');
}

/** What a save belongs to: a program of these threads and words, searched so. */
export function identityOf(program: Program, options: ExploreOptions): number {
  const { machine } = program;
  let hash = mix(machine.threadCount, machine.heap.locations);
  for (const thread of machine.threads) hash = mixText(hash, thread.name);
  for (const name of [...Object.keys(COUNTS), 'search', 'seed', 'naive', 'preemptive', 'label'] as const) {
    // Where a search may end for now is no part of what it is.
    if (name === 'maxMilliseconds') continue;
    hash = mixText(hash, `${name} ${String(options[name as keyof ExploreOptions])}`);
  }
  return hash;
}

/** @throws MachineError `MP_PARAMETER` if what is to be gone on from is of another search. */
export function checkResume(program: Program, options: ExploreOptions): void {
  const { resume } = options;
  if (resume === undefined || (resume.format === 1 && resume.of === identityOf(program, options))) return;
  refuse(
    'resume is of another program or of other options',
    'what a search of this program with these options saved',
  );
}

function refuse(received: string, expected: string): never {
  throw new MachineError('MP_PARAMETER', `explore(): ${received}; it must be ${expected}`, {
    expected,
    received,
  });
}
