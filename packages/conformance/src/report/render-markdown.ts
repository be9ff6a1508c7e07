import { grouped } from '@movable-pages/explore';
import { distinctRuns } from '../carry-over.js';
import type { RuleReport, Verdict } from '../verdict.js';
import { boundWords } from './bound-words.js';
import { renderFinding } from './render-finding.js';
import type { LoadFailure } from './render-json.js';
import { renderMeaning } from './render-meaning.js';
import type { ReportOptions } from './report-options.js';
import { moreWords, shownFindings } from './shown-findings.js';
import { verdictLine } from './verdict-line.js';

/**
 * Verdicts as Markdown for a pull request: the verdict in the first line, what is not a pass in a table, each counterexample
 * with its trace folded, and all rules and scenarios folded at the end.
 *
 * @since 0.1.0
 */
export function renderMarkdown(
  verdicts: readonly Verdict[],
  options: ReportOptions = {},
  failures: readonly LoadFailure[] = [],
): string {
  const parts = [
    ...verdicts.map((verdict) => verdictPart(verdict, options)),
    ...failures.map(
      ({ from, code, message }) => `**${plain(from)}: could not be judged: ${code}: ${plain(message)}**`,
    ),
  ];
  return `${parts.join('\n\n---\n\n')}\n`;
}

function verdictPart(verdict: Verdict, options: ReportOptions): string {
  const open = verdict.rules.filter(({ status }) => status !== 'pass' && status !== 'skip');
  const parts = [`**${plain(verdictLine(verdict))}**`];
  if (open.length > 0) parts.push(table(['status', 'rule', 'title', 'why'], openRows(verdict, open)));
  for (const rule of shownFindings(verdict, options.findings)) {
    for (const finding of rule.findings) {
      const { shown } = finding;
      const text = renderFinding(shown, { ...options, color: false }, finding);
      parts.push(
        `### ${rule.ruleId} ${plain(shown.title)}`,
        [
          `- expected: ${plain(shown.expected)}`,
          `- received: ${plain(shown.received)}`,
          ...(shown.hint === '' ? [] : [`- hint: ${plain(shown.hint)}`]),
        ].join('\n'),
        folded('The counterexample', fenced(text)),
        fenced(`movable-pages replay ${shown.token}`),
      );
    }
    if (rule.more > 0) parts.push(plain(moreWords(rule)));
  }
  const errors = new Set(
    verdict.scenarios.flatMap(({ error }) =>
      error === null ? [] : [`${error.code}: ${plain(error.message)}`],
    ),
  );
  for (const error of errors) parts.push(`- ${error}`);
  parts.push(folded('Rules', rulesOf(verdict)), folded('Scenarios', scenariosOf(verdict)));
  parts.push(
    `<sub>suite ${verdict.suite}, budget ${verdict.budget}, seed ${verdict.seed}, ${verdict.profiles.join(' and ')}. ${renderMeaning(Infinity).join(' ')}</sub>`,
  );
  return parts.join('\n\n');
}

/** What is not a pass: failures each for itself and first, then what has one status for one reason together. */
function openRows(verdict: Verdict, open: readonly RuleReport[]): string[][] {
  const groups = new Map<string, RuleReport[]>();
  for (const rule of open.toSorted((a, b) => Number(b.status === 'fail') - Number(a.status === 'fail'))) {
    const key = rule.status === 'fail' ? rule.id : `${rule.status} ${rule.reason}`;
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const { status, id, title, reason } = first!;
    const why = reason || findingsOf(verdict, id);
    return group.length === 1 ? [status, id, title, why] : [status, `${group.length} rules`, '', why];
  });
}

function rulesOf(verdict: Verdict): string {
  return table(
    ['status', 'rule', 'title', 'triggered', 'schedules'],
    verdict.rules.map((rule) => [
      rule.status,
      rule.id,
      rule.title,
      grouped(rule.triggers),
      grouped(rule.executions),
    ]),
  );
}

function scenariosOf(verdict: Verdict): string {
  return table(
    ['scenario', 'profile', 'schedules', 'steps', 'searched'],
    distinctRuns(verdict.scenarios).map(({ report, profiles }) => [
      report.scenario,
      profiles.join(', '),
      grouped(report.executions),
      grouped(report.steps),
      boundWords(report),
    ]),
  );
}

function findingsOf({ findings }: Verdict, id: string): string {
  const { length } = findings.filter(({ ruleId }) => ruleId === id);
  return `${length} ${length === 1 ? 'finding' : 'findings'}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => plain(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}

function folded(title: string, content: string): string {
  return `<details><summary>${title}</summary>\n\n${content}\n\n</details>`;
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

/** Text in one line, in which nothing is taken for Markdown or HTML. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll(/[\\`*_<[\]]/g, '\\$&');
}
