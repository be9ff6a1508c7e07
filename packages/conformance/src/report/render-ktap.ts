import type { RuleReport, ScenarioReport, Verdict } from '../verdict.js';
import { boundWords } from './bound-words.js';
import { renderFinding } from './render-finding.js';
import type { LoadFailure } from './render-json.js';
import type { ReportOptions } from './report-options.js';
import { moreWords, shownFindings } from './shown-findings.js';
import { verdictLine } from './verdict-line.js';

/** A line of KTAP: a test, with what it is about in lines below it, or with tests in it. */
interface Test {
  readonly name: string;
  readonly ok: boolean;
  readonly directive?: string;
  readonly diagnostics?: readonly string[];
  readonly tests?: readonly Test[];
}

/**
 * Verdicts in the Kernel Test Anything Protocol, version 1: a test for each driver, in it one for its rules and one for its
 * scenarios, with a subtest for each. Counterexamples are diagnostics before the line of their rule.
 *
 * @kernel Documentation/dev-tools/ktap.rst
 * @since 0.1.0
 */
export function renderKtap(
  verdicts: readonly Verdict[],
  options: ReportOptions = {},
  failures: readonly LoadFailure[] = [],
): string {
  const tests = [
    ...verdicts.map((verdict) => driverTest(verdict, options)),
    ...failures.map(({ from, code, message }) => ({
      name: from,
      ok: false,
      diagnostics: [`error ${code}: ${message}`],
    })),
  ];
  return `${group(tests, '').join('\n')}\n`;
}

function driverTest(verdict: Verdict, options: ReportOptions): Test {
  const shown = shownFindings(verdict, options.findings);
  const rules = verdict.rules.map((rule): Test => {
    const own = shown.find(({ ruleId }) => ruleId === rule.id);
    const texts = (own?.findings ?? []).map((finding) =>
      renderFinding(finding.shown, { ...options, color: false }, finding),
    );
    if (own !== undefined && own.more > 0) texts.push(moreWords(own));
    return {
      name: `${rule.id} ${rule.title}`,
      ...resultOf(rule),
      diagnostics: texts.flatMap((text) => text.split('\n')),
    };
  });
  const scenarios = verdict.scenarios.map((report) => ({
    name: `${report.scenario} ${report.profile}`,
    ok: report.error === null,
    diagnostics: [
      `${report.executions} schedules, ${report.steps} steps: ${boundWords(report)}`,
      ...errorOf(report),
    ],
  }));
  return {
    name: `${verdict.driver.name} ${verdict.driver.version}`,
    ok: ['conformant', 'partial'].includes(verdict.outcome),
    diagnostics: [verdictLine(verdict)],
    tests: [
      { name: 'rules', ok: rules.every(({ ok }) => ok), tests: rules },
      { name: 'scenarios', ok: scenarios.every(({ ok }) => ok), tests: scenarios },
    ],
  };
}

function resultOf({ status, reason, level }: RuleReport): Pick<Test, 'ok' | 'directive'> {
  if (status === 'pass') return { ok: true };
  if (status === 'skip' || status === 'disabled') return { ok: true, directive: `SKIP ${status}: ${reason}` };
  if (status === 'fail') return level === 'quality' ? { ok: true, directive: 'SKIP advice' } : { ok: false };
  return { ok: false, directive: `ERROR ${status}: ${reason}` };
}

function errorOf({ error }: ScenarioReport): string[] {
  return error === null ? [] : [`error ${error.code}: ${error.message}`];
}

function group(tests: readonly Test[], indent: string): string[] {
  const lines = [`${indent}KTAP version 1`, `${indent}1..${tests.length}`];
  tests.forEach(({ name, ok, directive, diagnostics = [], tests: inner }, index) => {
    if (inner !== undefined) lines.push(...group(inner, `${indent}  `));
    // An empty line would end the stream for some who read it.
    lines.push(...diagnostics.map((line) => `${indent}# ${line.replaceAll(/[\r\n]/g, ' ')}`.trimEnd()));
    const more = directive === undefined ? '' : ` # ${plain(directive)}`;
    lines.push(`${indent}${ok ? 'ok' : 'not ok'} ${index + 1} ${plain(name)}${more}`);
  });
  return lines;
}

/** Text in which nothing begins a directive. */
function plain(text: string): string {
  return text.replaceAll(/[#\r\n]/g, ' ');
}
