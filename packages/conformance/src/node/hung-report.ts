import type { Beacon } from '@movable-pages/explore';
import type { ScenarioReport } from '../verdict.js';
import { isFailure, type AutopsyJob } from './job.js';
import { thaw } from './thaw.js';
import type { WorkerPool } from './worker-pool.js';

/** Finds out where a job hung that a watchdog ended. */
export async function hungReport(
  pool: WorkerPool,
  job: Pick<AutopsyJob, 'url' | 'from' | 'root' | 'driver' | 'scenario' | 'profile'>,
  hung: { readonly beacon: Beacon; readonly waited: number; readonly known: boolean },
): Promise<ScenarioReport> {
  const { url, from, root, driver, scenario, profile } = job;
  const { decisions, place, progress } = hung.beacon;
  const looked = await pool.run(
    {
      kind: 'autopsy',
      url,
      from,
      root,
      driver,
      scenario,
      profile,
      decisions,
      place,
      executions: progress.executions,
      waited: hung.waited,
      known: hung.known,
    },
    { urgent: true },
  );
  if (looked.end !== 'answer') throw new Error('the driver hangs before its first step');
  if (isFailure(looked.answer)) throw thaw(looked.answer);
  return looked.answer as ScenarioReport;
}
