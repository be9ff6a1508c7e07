import { wrapIndented, wrapLabelled } from '@movable-pages/explore';
import type { Verdict } from '../verdict.js';
import { renderBounds } from './render-bounds.js';
import { renderFinding } from './render-finding.js';
import { renderMeaning } from './render-meaning.js';
import { renderRules } from './render-rules.js';
import { partialWords } from './partial-words.js';
import { widthOf, type ReportOptions } from './report-options.js';
import { moreWords, shownFindings } from './shown-findings.js';
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
  const partial = partialWords(verdict);
  const lines = [
    ...wrapIndented(
      `${driver.name} ${driver.version}${partial === null ? '' : `: ${partial}`}`,
      width,
      '',
    ).map(style.bold),
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
    for (const rule of shownFindings(verdict, options.findings)) {
      for (const finding of rule.findings) lines.push('', renderFinding(finding.shown, options, finding));
      if (rule.more > 0) lines.push('', ...wrapIndented(moreWords(rule), width, ''));
    }
    lines.push('', ...renderMeaning(width).map(style.dim));
  }
  const paint = ['conformant', 'partial'].includes(verdict.outcome)
    ? style.green
    : verdict.outcome === 'inconclusive'
      ? style.yellow
      : style.red;
  lines.push('', style.bold(paint(verdictLine(verdict))));
  return `${lines.join('\n')}\n`;
}
