import type { Finding } from '../finding.js';
import { checkModule } from './check-module.js';
import { replayToken, type ReplayOptions } from './replay-token.js';
import { thaw } from './thaw.js';

/**
 * Whether a driver still has the bug that a token shows: replays its schedule, and where that does not fit the driver any more,
 * searches the whole scenario, or all that have a part in it, for anything that breaks a rule.
 *
 * @returns What it finds, or null if the bug is gone.
 * @throws As {@link replayToken} and {@link checkModule}.
 * @since 0.1.0
 */
export async function checkRegression(token: string, options: ReplayOptions = {}): Promise<Finding | null> {
  const { finding, misfits, content } = await replayToken(token, options);
  if (finding !== null || misfits.length === 0) return finding;
  const { file, cwd, watchdog } = options;
  const verdicts = await checkModule(file ?? content.from, {
    scenarios: [content.scenario, ...(content.elsewhere ?? []).map(({ scenario }) => scenario)],
    profiles: [content.profile],
    ...(cwd === undefined ? {} : { cwd }),
    ...(watchdog === undefined ? {} : { watchdog }),
  });
  const verdict = verdicts.find(({ driver }) => driver.name === content.driver);
  const error = verdict?.scenarios.find((scenario) => scenario.error !== null)?.error;
  if (error) throw thaw({ failure: { ...error, name: 'CheckError' } });
  return verdict?.findings[0] ?? null;
}
