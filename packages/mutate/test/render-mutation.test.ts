import { expect, test } from 'vitest';
import { renderMutation, type MutantReport, type MutationReport } from '../src/index.ts';
import { summarise } from '../src/summarise.ts';

const mutant = (operator: string, line: number, more: Partial<MutantReport>): MutantReport => ({
  id: `${operator}@a.ts:${line}`,
  operator,
  file: 'a.ts',
  line,
  hunks: [{ line, before: ['  yield* page.put();'], after: ['  again();'] }],
  outcome: 'survived',
  kill: null,
  reachedIn: ['putback'],
  advice: [],
  reason: '',
  ...more,
});

const by = (how: 'rule' | 'hang', ...ids: string[]) => ({
  outcome: 'killed' as const,
  kill: { how, by: ids, scenario: null, profile: null },
});

function report(mutants: readonly MutantReport[]): MutationReport {
  return {
    from: 'a.ts',
    drivers: [{ name: 'toy', version: '1.0.0' }],
    suite: '0.1.0',
    files: ['a.ts'],
    profiles: ['linux-6.1'],
    preemptions: 2,
    found: 9,
    seed: 4,
    ...summarise(mutants),
    mutants,
    leftOut: [{ file: 'device.ts', reason: 'the other side' }],
    staleIgnores: [{ file: 'a.ts', line: 3, operator: 'skip-get' }],
    interrupted: mutants.some(({ outcome }) => outcome === 'not-run'),
  };
}

const all = report([
  mutant('skip-put', 1, by('rule', 'MP-REL-002', 'MP-MIG-002')),
  mutant('skip-put', 2, by('rule', 'MP-REL-002')),
  mutant('skip-put', 3, by('hang', 'MP_HANG')),
  mutant('skip-put', 4, {}),
  mutant('skip-put', 5, { reachedIn: [] }),
  mutant('skip-put', 6, { advice: ['MP-INV-001'] }),
  mutant('drop-copy', 7, { outcome: 'undecided' }),
  mutant('drop-copy', 8, { outcome: 'ignored', reason: 'nobody reads it' }),
  mutant('drop-copy', 9, { outcome: 'not-run' }),
]);

test('the score is the killed of those that were judged', () => {
  expect(all.score).toBeCloseTo(3 / 7);
  expect(all.counts).toEqual({ killed: 3, survived: 3, undecided: 1, ignored: 1, 'not-run': 1 });
  expect(all.operators).toMatchObject([
    { id: 'skip-put', made: 6, killed: 3, survived: 3, by: [{ what: 'MP-REL-002', count: 2 }, {}, {}] },
    { id: 'drop-copy', made: 3, killed: 0, survived: 1, ignored: 1, by: [] },
  ]);
  expect(report([]).score).toBeNull();
});

test('a survivor is shown with its lines, and says where it would have to show', () => {
  const text = renderMutation(all, { color: false, width: 200 });

  expect(text).toContain(`survived  skip-put@a.ts:4  does not drop a reference
    4 -   yield* page.put();
      +   again();
  run in putback only, and no rule objects there`);
  expect(text).toMatch(/skip-put@a\.ts:5 .+\n.+\n.+\n {2}no scenario runs these lines/);
  expect(text).toMatch(/skip-put@a\.ts:6 .+\n.+\n.+\n {2}only MP-INV-001 objects, which is advice/);
  expect(text).toMatch(/undecided {2}drop-copy@a\.ts:7 .+\n.+\n.+\n {2}not judged to the end/);
  expect(text).not.toMatch(/(?:survived|undecided) {2}skip-put@a\.ts:1/);
});

test('what is ignored stands with its reason, figures at the end', () => {
  const text = renderMutation(all, { color: false, width: 200 });

  expect(text).toContain('drop-copy@a.ts:8: nobody reads it');
  expect(text).toContain('left out by their author\ndevice.ts: the other side\n');
  expect(text).toContain('a.ts:3: no mutant of skip-get fits this comment any more');
  expect(text).toMatch(/^skip-put +6 +3 +3 +MP-REL-002 x2, MP-MIG-002, hang MP_HANG$/m);
  expect(text.trimEnd().split('\n').at(-1)).toBe(
    'toy 1.0.0: 3 of 7 mutants killed with at most 2 preemptions, score 0.429; 1 undecided count as survivors; 1 ignored; interrupted: 1 were not judged',
  );
});
