import { wrapIndented, wrapLabelled } from '@movable-pages/explore';
import type { Verdict } from '../verdict.js';
import { groupFindings } from './group-findings.js';
import { renderBounds } from './render-bounds.js';
import { renderFinding } from './render-finding.js';
import { renderMeaning } from './render-meaning.js';
import { renderRules } from './render-rules.js';
import { widthOf, type ReportOptions } from './report-options.js';
import { styleOf } from './style.js';
import { verdictLine } from './verdict-line.js';

const LABEL = 14;

/**
 * A verdict as text for a terminal or a pipe: the driver, every rule, what was searched, each finding with its
 * counterexample, and the verdict in the last line.
 *
 * @since 0.1.0
 */
export function renderTerminal(verdict: Verdict, options: ReportOptions = {}): string {
  const width = widthOf(options);
  const style = styleOf(options.color ?? false);
  const { driver } = verdict;
  const lines = [
    style.bold(`${driver.name} ${driver.version}`),
    ...wrapLabelled('contract', driver.contract, width, LABEL),
    ...wrapLabelled('capabilities', driver.capabilities.join(', ') || 'none', width, LABEL),
    ...wrapLabelled(
      'suite',
      `${verdict.suite}, budget ${verdict.budget}, ${verdict.profiles.join(' and ')}`,
      width,
      LABEL,
    ),
  ];
  const errors = [
    ...new Set(
      verdict.scenarios.flatMap(({ error }) =>
        error === null ? [] : [`error ${error.code}: ${error.message}`],
      ),
    ),
  ];
  if (errors.length > 0)
    lines.push('', ...errors.flatMap((error) => wrapIndented(error, width, '').map(style.red)));
  const allBroken = verdict.scenarios.every((scenario) => scenario.error !== null);
  if (!allBroken) {
    lines.push('', ...renderRules(verdict, width, style), '', ...renderBounds(verdict, width, style));
    for (const { shown, others } of groupFindings(verdict.findings)) {
      const scenario = verdict.scenarios.find(
        (each) => each.scenario === shown.scenario && each.profile === shown.profile,
      );
      lines.push(
        '',
        renderFinding(shown, options, {
          others,
          ...(scenario === undefined ? {} : { schedules: scenario.executions }),
        }),
      );
    }
    lines.push('', ...renderMeaning(width).map(style.dim));
  }
  const paint = verdict.conformant
    ? style.green
    : verdict.outcome === 'inconclusive'
      ? style.yellow
      : style.red;
  lines.push('', style.bold(paint(verdictLine(verdict))));
  return `${lines.join('\n')}\n`;
}
