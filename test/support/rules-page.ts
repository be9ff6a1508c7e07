import { CAPABILITIES } from '@movable-pages/core';
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

const budgetRow = ({ name, maxExecutions, maxSteps, preemptions }: Budget): string =>
  `| \`${name}\` | ${maxExecutions.toLocaleString('en')} | ${maxSteps.toLocaleString('en')} | ${preemptions} |`;

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
    `Capabilities that a driver may declare: ${CAPABILITIES.map((name) => `\`${name}\``).join(', ')}. They switch rules on or off;`,
    'a wrong one is a finding of its own (MP-CAP-001).',
    '',
    '| rule | title | level |',
    '| --- | --- | --- |',
    ...rules.map((rule) => `| [${rule.id}](#${rule.id.toLowerCase()}) | ${rule.title} | ${rule.level} |`),
    '',
    ...rules.flatMap(section),
    '## Scenarios',
    '',
    'What happens to the driver while the rules look on. Each runs under each kernel profile. A scenario that the workload',
    'does not fit is left out: `unload` needs a workload with `unload`.',
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
    '| budget | executions | steps of one execution | preemptions, at most |',
    '| --- | --- | --- | --- |',
    ...Object.values(budgets).map(budgetRow),
    '',
  ].join('\n');
}
