import { padEnd, padStart, textWidth, wrap } from '@movable-pages/explore';

/** A column of a table. @since 0.1.0 */
export interface Column {
  readonly title: string;
  /** Numbers stand to the right. */
  readonly right?: boolean;
  /** Takes the room that the others leave, and breaks between words. At most one. */
  readonly flexible?: boolean;
}

/** A row, with what stands below it. @since 0.1.0 */
export interface Row {
  readonly cells: readonly string[];
  /** How the first cell is painted. */
  readonly paint?: (text: string) => string;
  readonly note?: string;
}

const GAP = '  ';

/** Lays out a table without lines, in at most `width` columns if the flexible column can give way. @since 0.1.0 */
export function renderTable(
  columns: readonly Column[],
  rows: readonly Row[],
  width: number,
  dim: (text: string) => string,
): string[] {
  const widths = fit(columns, rows, width);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (columns[index]!.right === true ? padStart : padEnd)(cell, widths[index]!))
      .join(GAP);
  const lines = [dim(line(columns.map((column) => column.title)).trimEnd())];
  const noteIndent = ' '.repeat(widths[0]! + GAP.length);
  for (const row of rows) {
    const broken = row.cells.map((cell, index) =>
      columns[index]!.flexible === true ? wrap(cell, widths[index]!) : [cell],
    );
    const height = Math.max(...broken.map((cell) => cell.length));
    for (let i = 0; i < height; i++) {
      const text = line(broken.map((cell) => cell[i] ?? '')).trimEnd();
      const first = i === 0 ? row.cells[0]! : '';
      lines.push(row.paint === undefined ? text : row.paint(first) + text.slice(first.length));
    }
    if (row.note !== undefined && row.note !== '') {
      lines.push(...wrap(row.note, width - noteIndent.length).map((text) => dim(noteIndent + text)));
    }
  }
  return lines;
}

function fit(columns: readonly Column[], rows: readonly Row[], width: number): number[] {
  const widths = columns.map((column, index) =>
    Math.max(textWidth(column.title), ...rows.map((row) => textWidth(row.cells[index] ?? ''))),
  );
  const flexible = columns.findIndex((column) => column.flexible === true);
  if (flexible < 0) return widths;
  const others = widths.reduce((sum, each, index) => sum + (index === flexible ? 0 : each), 0);
  const room = width - others - GAP.length * (columns.length - 1);
  widths[flexible] = Math.max(Math.min(widths[flexible]!, room), 16);
  return widths;
}
