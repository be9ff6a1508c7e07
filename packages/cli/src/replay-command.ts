import type { ReplayReport } from '@movable-pages/conformance';
import type { Api } from './api.js';
import type { Io } from './io.js';

/** Replays the schedule of a token: exits 1 if it still finds something, 0 if not, 3 if it does not fit any more. @since 0.1.0 */
export async function replayCommand(
  token: string,
  flags: { readonly file?: string },
  io: Io,
  api: Api,
): Promise<number> {
  const { renderFinding } = await import('@movable-pages/conformance');
  const { content, finding, misfits, changed } = await api.replayToken(token, { cwd: io.cwd, ...flags });
  for (const change of changed) io.err(`note: ${change}\n`);
  for (const line of misfitWords(misfits, content.schedule.segments.length)) io.err(`note: ${line}\n`);
  if (finding !== null) {
    if (finding.ruleId !== content.ruleId)
      io.err(`note: it was found for ${content.ruleId} and breaks ${finding.ruleId} now\n`);
    io.out(
      `${renderFinding(finding, { color: io.color, root: io.cwd, ...(io.columns === undefined ? {} : { width: io.columns }) })}\n`,
    );
    return 1;
  }
  io.out(
    `${content.driver}: the schedule of this token breaks no rule ${misfits.length === 0 ? 'now' : 'as far as it still fits'} (it was found for ${content.ruleId})\n`,
  );
  if (misfits.length === 0)
    io.out(
      'The schedule still fits: every step of it could be taken, and the run went on to its end. Other schedules may ' +
        'break the rule yet: check the driver again.\n',
    );
  return misfits.length === 0 ? 0 : 3;
}

/** How far a schedule fits, and each place where it does not. */
function misfitWords(misfits: ReplayReport['misfits'], turns: number): string[] {
  const first = misfits[0];
  if (first === undefined) return [];
  const fitted = Math.min(first.segment, turns);
  return [
    `the schedule does not fit the driver any more: ${fitted} of its ${turns} ${turns === 1 ? 'turn' : 'turns'} fitted`,
    ...misfits.map(({ segment, message }) => (segment < turns ? `turn ${segment + 1}: ${message}` : message)),
  ];
}
