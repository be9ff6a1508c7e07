import { counted, grouped } from '@movable-pages/explore';
import type { RuleReport, Verdict } from '../verdict.js';
import { statusPaint } from './status-paint.js';
import type { Style } from './style.js';
import { renderTable, type Row } from './table.js';

/** The table of rules: one line each, and the reason below whatever is not a pass. */
export function renderRules(verdict: Verdict, width: number, style: Style): string[] {
  let said = '';
  const rows = verdict.rules.map((report): Row => {
    const reason = reasonOf(report, verdict);
    // What holds for many rules in a row is said once.
    const note = reason === said ? '' : reason;
    said = reason;
    return {
      cells: [report.status, report.id, report.title, grouped(report.triggers), grouped(report.executions)],
      paint: statusPaint(report.status, style),
      note,
    };
  });
  return renderTable(
    [
      { title: 'status' },
      { title: 'rule' },
      { title: 'title', flexible: true },
      { title: 'triggered', right: true },
      { title: 'schedules', right: true },
    ],
    rows,
    width,
    style.dim,
  );
}

function reasonOf(report: RuleReport, verdict: Verdict): string {
  if (report.status === 'pass') return '';
  if (report.status !== 'fail' || report.reason !== '') return report.reason;
  const found = verdict.findings.filter((finding) => finding.ruleId === report.id).length;
  return `${counted(found, 'finding')}; see below`;
}
