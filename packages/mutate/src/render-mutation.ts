import { clauses, renderTable, rules, scenarios, styleOf, type Style } from '@movable-pages/conformance';
import { wrap } from '@movable-pages/explore';
import type { MutantReport, MutationReport } from './report.js';

const known = new Set(rules.map(({ id }) => id));

/** How a report of mutants is rendered. @since 0.1.0 */
export interface RenderMutationOptions {
  readonly color: boolean;
  /** Columns. Default 80. */
  readonly width?: number;
}

/** The report for people: survivors, then what is ignored, then figures. @since 0.1.0 */
export function renderMutation(report: MutationReport, options: RenderMutationOptions): string {
  const style = styleOf(options.color);
  const width = options.width ?? 80;
  const lines: string[] = [];
  for (const mutant of report.mutants) {
    if (mutant.outcome === 'survived' || mutant.outcome === 'undecided')
      lines.push(...survivor(report, mutant, style, width), '');
  }
  if (report.leftOut.length > 0) {
    lines.push(style.dim('left out by their author'));
    for (const { file, reason } of report.leftOut) lines.push(...hanging(`${file}: `, reason, width));
    lines.push('');
  }
  const ignored = report.mutants.filter(({ outcome }) => outcome === 'ignored');
  if (ignored.length > 0) {
    lines.push(style.dim('ignored by their author'));
    for (const { id, reason } of ignored) lines.push(...hanging(`${id}: `, reason, width));
    lines.push('');
  }
  for (const { file, line, operator } of report.staleIgnores)
    lines.push(`${file}:${line}: no mutant of ${operator} fits this comment any more: delete it`, '');
  lines.push(...table(report, style, width), '', ...wrap(lastLine(report), width));
  return `${lines.join('\n')}\n`;
}

function survivor(report: MutationReport, mutant: MutantReport, style: Style, width: number): string[] {
  const operator = report.operators.find(({ id }) => id === mutant.operator)!;
  const verb = mutant.outcome === 'survived' ? 'survived' : 'undecided';
  const lines = [`${style.bold(`${verb}  ${mutant.id}`)}  ${operator.title}`];
  for (const { line, before, after } of mutant.hunks) {
    const gutter = String(line).padStart(5);
    lines.push(...before.map((text, index) => style.red(`${index === 0 ? gutter : '     '} - ${text}`)));
    lines.push(...after.map((text) => style.green(`      + ${text}`)));
  }
  lines.push(...hanging('  ', why(mutant), width));
  const broken = operator.clauses.map((id) => clauses.find((each) => each.id === id)!);
  const judges = [...new Set(broken.flatMap((clause) => clause.rules))].filter((id) => known.has(id));
  const says = `such a mistake may break: ${broken.map((clause) => clause.says).join('; ')} (${judges.join(', ')})`;
  lines.push(...hanging('  ', says, width).map((text) => style.dim(text)));
  return lines;
}

function why({ outcome, reachedIn, advice }: MutantReport): string {
  if (outcome === 'undecided')
    return `not judged to the end: the budget was used up in one of ${reachedIn.join(', ')}`;
  if (reachedIn.length === 0) return 'no scenario runs these lines: one would have to, or nothing needs them';
  if (advice.length > 0)
    return `only ${advice.join(', ')} objects, which is advice and makes no driver fail: read the findings of a check`;
  const all = new Set(scenarios.map(({ id }) => id));
  const most = reachedIn.length > all.size / 2;
  return most
    ? `run in ${reachedIn.length} scenarios, and no rule objects: a rule is missing, or it makes no difference`
    : `run in ${reachedIn.join(', ')} only, and no rule objects there: this is where it would have to show`;
}

function table(report: MutationReport, style: Style, width: number): string[] {
  const rows = report.operators.map((operator) => ({
    cells: [
      operator.id,
      String(operator.made),
      String(operator.killed),
      String(operator.survived),
      operator.by.map(({ what, count }) => (count === 1 ? what : `${what} x${count}`)).join(', '),
    ],
    paint: operator.survived === 0 ? style.green : style.yellow,
  }));
  const right = { right: true };
  return renderTable(
    [
      { title: 'operator' },
      { title: 'made', ...right },
      { title: 'killed', ...right },
      { title: 'survived', ...right },
      { title: 'killed by', flexible: true },
    ],
    rows,
    width,
    style.dim,
  );
}

function lastLine(report: MutationReport): string {
  const { from, drivers, counts, score, found, mutants, seed, preemptions, interrupted } = report;
  const name = drivers.map(({ name: each, version }) => `${each} ${version}`).join(', ') || from;
  const judged = counts.killed + counts.survived + counts.undecided;
  const parts = [
    score === null
      ? `${name}: no mutant was judged`
      : `${name}: ${counts.killed} of ${judged} mutants killed with at most ${preemptions} preemptions, score ${score.toFixed(3)}`,
  ];
  if (counts.undecided > 0) parts.push(`${counts.undecided} undecided count as survivors`);
  if (counts.ignored > 0) parts.push(`${counts.ignored} ignored`);
  if (mutants.length < found) parts.push(`${mutants.length} of ${found} picked by seed ${seed}`);
  if (interrupted) parts.push(`interrupted: ${counts['not-run']} were not judged`);
  return parts.join('; ');
}

function hanging(lead: string, text: string, width: number): string[] {
  return wrap(text, Math.max(20, width - lead.length)).map((line, index) =>
    index === 0 ? lead + line : ' '.repeat(Math.min(lead.length, 4)) + line,
  );
}
