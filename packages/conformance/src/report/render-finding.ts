import { counted, wrapIndented, wrapLabelled } from '@movable-pages/explore';
import type { Finding, FindingPlace } from '../finding.js';
import { rules } from '../rules/index.js';
import { findingColumns } from './render-columns.js';
import { widthOf, type ReportOptions } from './report-options.js';
import { findingSchedule } from './schedule-words.js';
import { styleOf } from './style.js';

const LABEL = 10;

/** What surrounds a finding in a report. @since 0.1.0 */
export interface FindingContext {
  /** Executions of the scenario in which it was found. */
  readonly schedules?: number;
  /** The same bug elsewhere: other scenarios and profiles. */
  readonly others?: readonly Finding[];
}

/**
 * A finding as text: what is broken, both sides, the rule, what to do, the trace by columns, and how to replay it.
 *
 * @since 0.1.0
 */
export function renderFinding(
  finding: Finding,
  options: ReportOptions = {},
  context: FindingContext = {},
): string {
  const width = widthOf(options);
  const style = styleOf(options.color ?? false);
  const rule = rules.find((each) => each.id === finding.ruleId);
  const labelled = (label: string, text: string) => wrapLabelled(label, text, width, LABEL);
  const lines = [
    ...wrapIndented(`${finding.ruleId} ${finding.title}`, width, '').map((line) =>
      style.bold(style.red(line)),
    ),
    '',
    ...labelled('expected', finding.expected),
    ...labelled('received', finding.received),
    ...labelled('where', placeWords(finding.where)),
  ];
  if (finding.other !== null) lines.push(...labelled('other', otherWords(finding.other)));
  if (rule !== undefined) lines.push(...labelled('rule', `${rule.statement} (${rule.source})`));
  if (finding.hint !== '') lines.push(...labelled('hint', finding.hint));
  lines.push(
    ...labelled('in', `${finding.scenario}, ${finding.profile}${alsoIn(context.others ?? [])}`),
    ...labelled('schedule', findingSchedule(finding, context.schedules)),
    ...(finding.trace.length === 0
      ? []
      : ['', ...findingColumns(finding.trace, options.root ?? '', width, style)]),
    '',
    `replay: movable-pages replay ${finding.token}`,
  );
  return lines.join('\n');
}

function placeWords(place: FindingPlace): string {
  const parts = [
    place.thread,
    place.scope === null ? null : `in ${place.scope}`,
    place.source === null ? null : `at ${place.source}`,
  ];
  return parts.filter((part) => part !== null).join(' ');
}

function otherWords(other: NonNullable<Finding['other']>): string {
  const at = other.source === null ? '' : ` at ${other.source}`;
  return `${other.what}${at}`;
}

function alsoIn(others: readonly Finding[]): string {
  if (others.length === 0) return '';
  const places = [...new Set(others.map((other) => `${other.scenario}, ${other.profile}`))];
  return places.length <= 2
    ? `; also in ${places.join(' and ')}`
    : `; also in ${counted(places.length, 'other run')}`;
}
