import type { RuleReport, ScenarioReport, Verdict } from '../verdict.js';
import { boundWords } from './bound-words.js';
import { renderFinding } from './render-finding.js';
import type { LoadFailure } from './render-json.js';
import type { ReportOptions } from './report-options.js';
import { moreWords, shownFindings } from './shown-findings.js';
import { verdictLine } from './verdict-line.js';
import { renderXml, type Element } from './xml.js';

/**
 * Verdicts as JUnit XML: a suite for each driver, in it a case for each rule and for each scenario. What keeps a driver from
 * being conformant without being a finding (vacuous, inconclusive, broken) is an error, what does not count is skipped. There are no
 * times in it.
 *
 * @since 0.1.0
 */
export function renderJunit(
  verdicts: readonly Verdict[],
  options: ReportOptions = {},
  failures: readonly LoadFailure[] = [],
): string {
  const suites = [
    ...verdicts.map((verdict) => suite(verdict, options)),
    ...failures.map(({ from, code, message }) =>
      suiteOf(from, [], [testcase(from, 'loading', [element('error', { type: code, message }, message)])]),
    ),
  ];
  return renderXml(
    element('testsuites', { name: 'movable-pages', ...counts(suites.flatMap(casesOf)) }, suites),
  );
}

function suite(verdict: Verdict, options: ReportOptions): Element {
  const { driver } = verdict;
  const name = `${driver.name} ${driver.version}`;
  const properties = [
    ['verdict', verdictLine(verdict)],
    ['suite', verdict.suite],
    ['budget', verdict.budget],
    ['seed', String(verdict.seed)],
    ['profiles', verdict.profiles.join(' ')],
    ['contract', driver.contract],
    ['capabilities', driver.capabilities.join(' ')],
  ].map(([key, value]) => element('property', { name: key!, value: value! }));
  const cases = [
    ...verdict.rules.map((rule) =>
      testcase(`${driver.name}.rules`, `${rule.id} ${rule.title}`, outcomeOf(rule, verdict, options)),
    ),
    ...verdict.scenarios.map((report) =>
      testcase(`${driver.name}.scenarios`, `${report.scenario} ${report.profile}`, searchOf(report)),
    ),
  ];
  return suiteOf(name, [element('properties', {}, properties)], cases);
}

function outcomeOf(rule: RuleReport, verdict: Verdict, options: ReportOptions): Element[] {
  const { status, reason, level } = rule;
  if (status === 'pass') return [];
  if (status === 'skip' || status === 'disabled')
    return [element('skipped', { message: `${status}: ${reason}` })];
  if (status !== 'fail') return [element('error', { type: status, message: reason }, `${status}: ${reason}`)];
  const shown = shownFindings(verdict, options.findings).find(({ ruleId }) => ruleId === rule.id)!;
  const texts = shown.findings.map((finding) =>
    renderFinding(finding.shown, { ...options, color: false }, finding),
  );
  if (shown.more > 0) texts.push(moreWords(shown));
  const message = shown.findings[0]!.shown.title;
  if (level === 'quality') return [element('skipped', { message: `advice: ${message}` })];
  return [element('failure', { type: rule.id, message }, texts.join('\n\n'))];
}

function searchOf(report: ScenarioReport): Element[] {
  const { error } = report;
  if (error !== null) return [element('error', { type: error.code, message: error.message }, error.message)];
  return [
    element('system-out', {}, `${report.executions} schedules, ${report.steps} steps: ${boundWords(report)}`),
  ];
}

function suiteOf(name: string, before: readonly Element[], cases: readonly Element[]): Element {
  return element('testsuite', { name, ...counts(cases) }, [...before, ...cases]);
}

function casesOf({ content }: Element): Element[] {
  return typeof content === 'string' ? [] : (content ?? []).filter(({ name }) => name === 'testcase');
}

function counts(cases: readonly Element[]): Record<string, number> {
  const having = (name: string) =>
    cases.filter(
      ({ content = [] }) => typeof content !== 'string' && content.some((each) => each.name === name),
    ).length;
  return {
    tests: cases.length,
    failures: having('failure'),
    errors: having('error'),
    skipped: having('skipped'),
  };
}

function testcase(classname: string, name: string, content: readonly Element[]): Element {
  return element('testcase', { classname, name }, content);
}

function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: readonly Element[] | string = [],
): Element {
  return { name, attributes, content };
}
