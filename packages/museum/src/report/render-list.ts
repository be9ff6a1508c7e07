import { padEnd, padStart, textWidth } from '@movable-pages/explore';
import type { Exhibit } from '../exhibit.js';
import type { Playing } from '../play/playing.js';
import { allSchedules } from './searched-words.js';

const GAP = '  ';

/** Columns of the list of exhibits. */
const EXHIBIT_COLUMNS = ['id', 'year', 'component', 'caught by', 'title'] as const;

/** The exhibits as a table, one a line: what there is, and by whom it may be caught. @since 0.1.0 */
export function renderExhibits(exhibits: readonly Exhibit[]): string {
  return table([
    EXHIBIT_COLUMNS,
    ...exhibits.map((exhibit) => [
      exhibit.id,
      String(exhibit.year),
      exhibit.component,
      exhibit.detectors.join(', '),
      exhibit.title,
    ]),
  ]);
}

/** Columns of the list of what was played. */
const PLAYING_COLUMNS = [
  'id',
  'broken',
  'by',
  'rule or code',
  'schedules',
  'twin',
  'schedules',
  'title',
] as const;

/** Columns that hold numbers. */
const NUMBERS: readonly number[] = [4, 6];

/** What came of playing exhibits, one a line. @since 0.1.0 */
export function renderPlayings(playings: readonly Playing[]): string {
  return table(
    [
      PLAYING_COLUMNS,
      ...playings.map(({ exhibit, caught, finding, clean, brokenSearched, repairedSearched }) => [
        exhibit.id,
        caught ? 'caught' : 'MISSED',
        finding === null ? '-' : detectorWords(exhibit, finding.detectors),
        finding === null ? '-' : (finding.rule ?? finding.code),
        allSchedules(brokenSearched),
        clean ? 'clean' : 'NOT CLEAN',
        allSchedules(repairedSearched),
        exhibit.title,
      ]),
    ],
    NUMBERS,
  );
}

/** Who saw it: of several, the one that counts. */
export function detectorWords(exhibit: Exhibit, detectors: readonly string[]): string {
  const counts = exhibit.detectors.find((each) => detectors.includes(each));
  return counts ?? detectors[0] ?? 'nobody';
}

function table(rows: readonly (readonly string[])[], numbers: readonly number[] = []): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => textWidth(row[column]!))));
  return rows
    .map((row) =>
      row
        .map((cell, column) => (numbers.includes(column) ? padStart : padEnd)(cell, widths[column]!))
        .join(GAP)
        .trimEnd(),
    )
    .join('\n');
}
