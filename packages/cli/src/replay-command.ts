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
  const { content, finding, misfit, changed } = await api.replayToken(token, { cwd: io.cwd, ...flags });
  for (const change of changed) io.err(`note: ${change}\n`);
  if (misfit !== null)
    io.err(
      `note: the schedule does not fit the driver any more: ${misfit}; it went on by default from there\n`,
    );
  if (finding !== null) {
    io.out(
      `${renderFinding(finding, { color: io.color, root: io.cwd, ...(io.columns === undefined ? {} : { width: io.columns }) })}\n`,
    );
    return 1;
  }
  io.out(
    `${content.driver}: the schedule of this token breaks no rule ${misfit === null ? 'now' : 'as far as it still fits'} (it was found for ${content.ruleId})\n`,
  );
  if (misfit === null)
    io.out(
      'The schedule still fits: every step of it could be taken, and the run went on to its end. Other schedules may ' +
        'break the rule yet: check the driver again.\n',
    );
  return misfit === null ? 0 : 3;
}
