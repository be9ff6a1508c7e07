import type { Verdict } from '@movable-pages/conformance';
import { exitCodeOf } from './exit-code.js';
import type { Io } from './io.js';

/** A shard is a part: only what it found is judged. */
export function exitCodeOfShard(verdict: Verdict): number {
  if (verdict.outcome === 'not-conformant' || verdict.outcome === 'interrupted') return exitCodeOf(verdict);
  return 0;
}

/** Says what a shard did and what it found. */
export async function reportShard(verdicts: readonly Verdict[], io: Io): Promise<void> {
  const { renderFinding } = await import('@movable-pages/conformance');
  for (const { driver, shard, scenarios, findings } of verdicts) {
    for (const finding of findings)
      io.out(
        `${renderFinding(finding, { color: io.color, root: io.cwd, ...(io.columns === undefined ? {} : { width: io.columns }) })}\n\n`,
      );
    const executions = scenarios.reduce((sum, scenario) => sum + scenario.executions, 0);
    const left = scenarios.filter(({ stop }) => stop === 'interrupted').length;
    io.out(
      `${driver.name} ${driver.version}: shard ${shard!.index + 1} of ${shard!.of}: ${scenarios.length - left} of its ${scenarios.length} work units done ` +
        `(${shard!.units} in all), ${executions.toLocaleString('en')} schedules, ${findings.length} finding${findings.length === 1 ? '' : 's'}; ` +
        'put the shards together with: movable-pages merge FILE...\n',
    );
  }
}
