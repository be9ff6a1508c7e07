import { grouped } from '@movable-pages/explore';
import { distinctRuns } from '../carry-over.js';
import type { Verdict } from '../verdict.js';
import { boundWords } from './bound-words.js';
import type { Style } from './style.js';
import { renderTable, type Column } from './table.js';

/** From here on there is room for the bound beside the numbers. */
const WIDE = 118;

/** The table of scenarios: what was run, and which bound it completed. */
export function renderBounds(verdict: Verdict, width: number, style: Style): string[] {
  const columns: Column[] = [
    { title: 'scenario' },
    { title: 'profile' },
    { title: 'schedules', right: true },
    { title: 'steps', right: true },
    { title: 'longest', right: true },
  ];
  const beside = width >= WIDE;
  if (beside) columns.push({ title: 'searched', flexible: true });
  const rows = distinctRuns(verdict.scenarios).map(({ report, profiles }) => {
    const cells = [
      report.scenario,
      profiles.join(', '),
      grouped(report.executions),
      grouped(report.steps),
      grouped(report.longest),
    ];
    const bound = boundWords(report);
    return beside ? { cells: [...cells, bound] } : { cells, note: bound };
  });
  return renderTable(columns, foldNotes(rows), width, style.dim);
}

/** Says what holds for several rows in a row once, below the last of them. */
function foldNotes<R extends { cells: readonly string[]; note?: string }>(rows: readonly R[]): R[] {
  return rows.map((row, index) =>
    row.note !== undefined && row.note === rows[index + 1]?.note ? { ...row, note: '' } : row,
  );
}
