import { CheckError } from '../errors.js';
import type { LoadedModule } from './driver-run.js';
import { isFailure, type DriverListing, type ListJob } from './job.js';
import { workerDied } from './replay-token.js';
import { thaw } from './thaw.js';
import type { WorkerPool } from './worker-pool.js';

/**
 * Loads a module in a worker, and lists its drivers with the work units of each.
 *
 * @throws CheckError `MP_CANNOT_LOAD`, `MP_WORKER_DIED`; DriverError as an error with a `code`.
 */
export async function listDrivers(
  pool: WorkerPool,
  job: LoadedModule & Pick<ListJob, 'profiles' | 'scenarios' | 'rules'>,
): Promise<Omit<DriverListing, 'digest'>[]> {
  let result;
  try {
    result = await pool.run({ kind: 'list', ...job });
  } catch (error) {
    throw workerDied(error);
  }
  if (result.end !== 'answer')
    throw new CheckError(
      'MP_CANNOT_LOAD',
      `${job.from} never finished loading: it loops at its top level or while it is built`,
    );
  if (isFailure(result.answer)) throw thaw(result.answer);
  return result.answer as Omit<DriverListing, 'digest'>[];
}
