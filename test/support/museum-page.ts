import { exhibits, type Exhibit } from '@movable-pages/museum';

const twinsWords = ({ twins }: Exhibit): string =>
  twins.kind === 'driver'
    ? `\`${twins.repaired.name}\` in ${twins.scenarios.map((id) => `\`${id}\``).join(', ')}; the broken twin overrides ${names(twins.differsIn)}`
    : `the VM: ${twins.scene}; the broken twin replaces ${names(twins.differsIn)}`;

const names = (steps: readonly string[]): string => steps.map((step) => `\`${step}\``).join(' and ');

const section = (exhibit: Exhibit): string[] => [
  `### ${exhibit.id}`,
  '',
  `**${exhibit.title}.** ${exhibit.story}`,
  '',
  `- Rule: ${exhibit.rule}`,
  `- When: ${exhibit.year}, ${exhibit.version} (${exhibit.kind})`,
  `- Reference: ${exhibit.reference}`,
  ...(exhibit.related ?? []).map((each) => `- Related: ${each}`),
  `- May be caught by: ${exhibit.detectors.join(', ')}`,
  `- Stands on: ${twinsWords(exhibit)}`,
  '',
];

/** The page `docs/guide/museum.md`. */
export function museumPage(): string {
  return [
    '---',
    'title: The museum',
    '---',
    '',
    '# The museum',
    '',
    'Real bugs of movable pages, each as a pair of twins: a broken one, and a repaired one that differs from it by the historic',
    'fix and nothing else. `movable-pages museum` plays them: the broken twin must be caught, and by a detector that has',
    'something to do with the bug; in the repaired twin nothing may be found. `movable-pages museum B18` shows one, with its',
    'counterexample. The page is generated from the exhibits; a test keeps it fresh',
    '(`npx vitest run --project quick test/docs-generated.test.ts -u` writes it).',
    '',
    'Bugs of drivers stand on small drivers that are written for them (`packages/museum/src/bases`). They carry no assertions:',
    'the suite has to see the mistake by itself, in scenarios that every driver goes through. Bugs of the VM stand on the kernel',
    'of core with one step replaced, or on a small piece beside it where core does not have that part; the explorer and the checks of core judge',
    'these. Dates and commits are as far as they are known; the stories are told in our words.',
    '',
    '| detector | what it sees |',
    '| --- | --- |',
    '| POISON | something is used after it was freed, or a link of a list that it is not on |',
    '| PROTO | a step of the protocol breaks its own terms |',
    '| QUIES | at the end something is left over |',
    '| HB | two accesses that nothing orders |',
    '| LIVE | somebody waits for ever, or gets nowhere |',
    '| LEDGER | a reference that its dropper does not hold, or that is taken on what has none |',
    '| CTX | locks and sleep that a callback is not allowed |',
    '| CNT | a counter that is not what it counts |',
    '| CONTENT | contents that are not what was written |',
    '| LOCKORD | locks in two orders |',
    '| META | doing and undoing is not doing nothing |',
    '',
    '| exhibit | year | component | title |',
    '| --- | --- | --- | --- |',
    ...exhibits.map(
      ({ id, year, component, title }) =>
        `| [${id}](#${id.toLowerCase()}) | ${year} | ${component} | ${title} |`,
    ),
    '',
    '## Exhibits',
    '',
    ...exhibits.flatMap(section),
    '## What a repaired twin is worth',
    '',
    'A clean twin is one in which nothing was found in the scenarios that its exhibit names, within the schedules that the report',
    'counts. It is there to show that the broken one was not caught for being of its kind. A driver of yours deserves the',
    'whole suite: `movable-pages check`.',
    '',
  ].join('\n');
}
