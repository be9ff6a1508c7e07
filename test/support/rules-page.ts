import { CAPABILITIES, CAPABILITY_METHODS, type Capability } from '@movable-pages/core';
import {
  budgets,
  clauses,
  isMandatory,
  rules,
  scenarios,
  type Budget,
  type Clause,
  type Rule,
  type Scenario,
} from '@movable-pages/conformance';

const levels = {
  core: 'the contract itself, seen in one callback at a time',
  concurrency: 'what only shows when threads meet',
  lifecycle: 'from the first page to the unloaded driver',
  quality: 'advice: reported, never part of the verdict',
} as const;

function capabilityOf(rule: Rule): string {
  if (rule.needs !== undefined) return `only with \`${rule.needs}\``;
  if (rule.unless !== undefined) return `not with \`${rule.unless}\``;
  return 'any';
}

/** What a capability says of a driver, for the table. */
const meanings: Readonly<Record<Capability, string>> = {
  'drops-content': 'contents need not survive migration',
  'supports-no-copy': 'SYNC_NO_COPY works',
  'refuses-isolation': '`isolatePage` may say false',
  pins: 'objects can be pinned, and stay then',
  shrinks: 'gives memory back when asked',
  'page-groups': 'an object takes several pages',
  'unloads-in-use': '`unload` takes back what users still hold',
};

const list = (names: readonly string[]): string =>
  names.length === 0 ? '' : names.map((name) => `\`${name}\``).join(', ');

function capabilityRow(capability: Capability): string {
  const on = rules.filter(({ needs }) => needs === capability).map(({ id }) => id);
  const off = rules.filter(({ unless }) => unless === capability).map(({ id }) => id);
  const brings = scenarios.filter(({ needs }) => needs === capability).map(({ id }) => id);
  const asks = CAPABILITY_METHODS[capability].map((name) => `${name}()`);
  return `| \`${capability}\` | ${meanings[capability]} | ${list(asks)} | ${on.join(', ')} | ${off.join(', ')} | ${list(brings)} |`;
}

const section = (rule: Rule): string[] => [
  `### ${rule.id}`,
  '',
  `**${rule.title}.** ${rule.statement}`,
  '',
  `- Source: ${rule.source}`,
  `- Level: ${rule.level}${isMandatory(rule) ? '' : ' (not mandatory)'}`,
  `- Put to the test by: \`${rule.trigger}\``,
  ...(rule.optional === undefined ? [] : [`- Skipped, and not vacuous, if ${rule.optional.why}`]),
  `- Capabilities: ${capabilityOf(rule)}`,
  `- Hint: ${rule.hint}`,
  '',
];

const pagesOf = (scenario: Scenario): string => scenario.nodes.join(' + ');

const scenarioRow = (scenario: Scenario): string =>
  `| \`${scenario.id}\` | ${scenario.title} | ${pagesOf(scenario)} | ${scenario.objects} | ${scenario.preemptions} | ${scenario.faults} |`;

const budgetRow = ({ name, tryAll, maxExecutions, maxSteps, preemptions, beyond }: Budget): string =>
  `| \`${name}\` | ${[tryAll, maxExecutions, maxSteps, preemptions, beyond].map((count) => count.toLocaleString('en')).join(' | ')} |`;

const ruleLink = (id: string): string => `[${id}](#${id.toLowerCase()})`;

const clauseRow = ({ id, says, rules: judges, note }: Clause): string =>
  `| ${id} | ${says} | ${judges.map(ruleLink).join(', ')} | ${note ?? ''} |`;

/** The page `docs/guide/rules.md`. */
export function rulesPage(): string {
  return [
    '---',
    'title: Rules',
    '---',
    '',
    '# Rules',
    '',
    'Every rule that the suite judges by. The page is generated from the rule objects; a test keeps it fresh',
    '(`npx vitest run --project quick test/docs-generated.test.ts -u` writes it). `movable-pages explain RULE` prints one of',
    'them. How to add one: [Contributing](../../CONTRIBUTING.md).',
    '',
    'Ids are permanent. The number says nothing. A rule is *put to the test* by an event; a rule whose event never came is',
    '`vacuous`, not `pass`, unless a right driver may do without what the rule is about: then it is `skip`. All levels but',
    '`quality` are mandatory. A broken rule of quality is shown with its counterexample and does not count: the search goes on',
    'to the end of its bound for the others.',
    '',
    '| level | what it is about | rules |',
    '| --- | --- | --- |',
    ...Object.entries(levels).map(
      ([level, what]) => `| ${level} | ${what} | ${rules.filter((rule) => rule.level === level).length} |`,
    ),
    '',
    '## Capabilities',
    '',
    'What a driver may declare, and what follows. A capability that lacks the operations it needs is refused',
    '(`MP_EMPTY_CAPABILITY`); one that is wrong is a finding of its own (MP-CAP-001); one that is never made use of leaves its',
    'rules vacuous. A driver may claim capabilities by its options.',
    '',
    '| capability | what it says | the workload must have | rules switched on | rules switched off | scenarios added |',
    '| --- | --- | --- | --- | --- | --- |',
    ...CAPABILITIES.map(capabilityRow),
    '',
    'Scenarios whose name begins with `unload` need an `unload()` of the workload as well.',
    '',
    '## All rules',
    '',
    '| rule | title | level |',
    '| --- | --- | --- |',
    ...rules.map((rule) => `| [${rule.id}](#${rule.id.toLowerCase()}) | ${rule.title} | ${rule.level} |`),
    '',
    ...rules.flatMap(section),
    '## Scenarios',
    '',
    'What happens to the driver while the rules look on. Each is judged under each kernel profile. A scenario that needs a capability',
    'of [this table](#capabilities) is left out for a driver without it.',
    '',
    '| scenario | what happens | pages | objects before | preemptions | faults |',
    '| --- | --- | --- | --- | --- | --- |',
    ...scenarios.map(scenarioRow),
    '',
    '## Clauses',
    '',
    'What the kernel asks of the author of a driver, clause by clause, and the rules that see to it. Each rule is a way to see a',
    'clause broken; most clauses can be broken in more ways than one.',
    '',
    '| clause | what it asks | rules | what is not seen, or seen otherwise |',
    '| --- | --- | --- | --- |',
    ...clauses.map(clauseRow),
    '',
    '## Budgets',
    '',
    'What a check may spend on one scenario under one profile. A budget never makes a pass: it makes a search that could not',
    'reach its bound `inconclusive`.',
    '',
    '| budget | tries to see everything with | executions | steps of one execution | preemptions, at most | random schedules beyond |',
    '| --- | --- | --- | --- | --- | --- |',
    ...Object.values(budgets).map(budgetRow),
    '',
  ].join('\n');
}
