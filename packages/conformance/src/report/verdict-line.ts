import { counted } from '@movable-pages/explore';
import { distinctRuns } from '../carry-over.js';
import type { Status, Verdict } from '../verdict.js';
import { partialWords } from './partial-words.js';

const WORDS: Readonly<Record<Verdict['outcome'], string>> = {
  conformant: 'conformant: ',
  partial: '',
  'not-conformant': 'not conformant: ',
  inconclusive: 'inconclusive: ',
  broken: 'could not be judged: ',
  interrupted: 'interrupted: ',
};

/**
 * The verdict in one line: `balloon 0.1.0: conformant: 24 rules pass in 948 schedules`. Where something was left out, it says so
 * before anything else.
 */
export function verdictLine(verdict: Verdict): string {
  const ids = (status: Status) =>
    verdict.rules.filter((rule) => rule.status === status).map((rule) => rule.id);
  const passing = ids('pass').length;
  const advice = verdict.rules.filter(({ status, level }) => status === 'fail' && level === 'quality');
  const failing = ids('fail').filter((id) => advice.every((report) => report.id !== id));
  const parts: string[] = [];
  if (failing.length > 0) {
    parts.push(
      `${counted(failing.length, 'rule')} ${failing.length === 1 ? 'fails' : 'fail'} (${failing.join(', ')})`,
    );
  }
  parts.push(
    failing.length > 0
      ? `${passing} pass`
      : `${counted(passing, 'rule')} ${passing === 1 ? 'passes' : 'pass'}`,
  );
  if (advice.length > 0) parts.push(`advice from ${advice.map(({ id }) => id).join(', ')}`);
  for (const status of ['broken', 'inconclusive', 'vacuous', 'disabled'] as const) {
    const count = ids(status).length;
    if (count > 0) parts.push(`${count} ${status}`);
  }
  const schedules = distinctRuns(verdict.scenarios).reduce((sum, { report }) => sum + report.executions, 0);
  const { name, version } = verdict.driver;
  const partial = partialWords(verdict);
  const how = partial === null ? '' : `${partial}: `;
  const early = verdict.outcome !== 'interrupted' && endedEarly(verdict) ? '; ended before all was run' : '';
  return `${name} ${version}: ${how}${WORDS[verdict.outcome]}${parts.join(', ')} in ${counted(schedules, 'schedule')}${early}`;
}

/** By an interrupt, or because the first failure was enough. */
function endedEarly({ scenarios }: Verdict): boolean {
  return scenarios.some(({ stop }) => stop === 'interrupted');
}
