import { existsSync } from 'node:fs';
import { Beacon } from '@movable-pages/explore';
import { Piscina } from 'piscina';
import type { ScenarioReport } from '../verdict.js';
import type { AutopsyJob, WorkerAnswer, WorkerJob } from './job.js';
import { isFailure } from './job.js';
import { thaw } from './thaw.js';

/** Milliseconds without a step after which a loop is taken to be endless. */
const WATCHDOG = 10_000;
/** How often the watchdog looks. */
const LOOK = 100;
/** Memory of one worker, in MiB. */
const MEMORY = 1024;

type Unlit<J> = J extends WorkerJob ? Omit<J, 'beacon'> : never;

/** How a job ended: with an answer, or hung and was ended. */
export type JobResult =
  | { readonly hung: false; readonly answer: WorkerAnswer }
  | { readonly hung: true; readonly beacon: Beacon };

/** Watches a job while it runs. */
export interface JobWatch {
  readonly onProgress?: (progress: { executions: number; preemptions: number }) => void;
  /** Asks the search to end early; it then reports what it has. */
  readonly signal?: AbortSignal;
}

/**
 * Worker threads that run jobs, each under a watchdog: a job whose beacon stands still is ended, with its worker.
 */
export class WorkerPool {
  private readonly pool: Piscina;

  constructor(
    workers: number,
    private readonly watchdog = WATCHDOG,
  ) {
    this.pool = new Piscina({
      filename: workerFile(),
      minThreads: 0,
      maxThreads: workers,
      idleTimeout: 1000,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY },
      // A worker that waits in Atomics.wait while it dies of an exception is never woken, and the process never ends.
      atomics: 'disabled',
    });
  }

  /** Runs a job. Rejects if the worker dies. */
  async run(job: Unlit<WorkerJob>, watch: JobWatch = {}): Promise<JobResult> {
    const memory = new SharedArrayBuffer(Beacon.bytes);
    const beacon = new Beacon(memory);
    const ender = new AbortController();
    const timer = this.lookAfter(beacon, ender, watch);
    const cancel = () => beacon.cancel();
    watch.signal?.addEventListener('abort', cancel, { once: true });
    try {
      const answer = (await this.pool.run(
        { ...job, beacon: memory },
        { signal: ender.signal },
      )) as WorkerAnswer;
      return { hung: false, answer };
    } catch (error) {
      if (ender.signal.aborted) return { hung: true, beacon };
      throw error;
    } finally {
      clearInterval(timer);
      watch.signal?.removeEventListener('abort', cancel);
    }
  }

  /** Ends all workers. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }

  private lookAfter(beacon: Beacon, ender: AbortController, watch: JobWatch): NodeJS.Timeout {
    let pulse = beacon.pulse;
    let still = 0;
    return setInterval(() => {
      const now = beacon.pulse;
      still = beacon.started && now === pulse ? still + LOOK : 0;
      pulse = now;
      if (still >= this.watchdog) ender.abort();
      else watch.onProgress?.(beacon.progress);
    }, LOOK);
  }
}

/** The built worker: sources cannot run in a worker thread, so the tests of this repository use the build as well. */
function workerFile(): string {
  const built = new URL('../worker.js', import.meta.url);
  return (existsSync(built) ? built : new URL('../../dist/worker.js', import.meta.url)).href;
}

/** Finds out where a job hung that a watchdog ended. */
export async function hungReport(
  pool: WorkerPool,
  job: Pick<AutopsyJob, 'url' | 'from' | 'root' | 'driver' | 'scenario' | 'profile'>,
  result: { readonly beacon: Beacon },
): Promise<ScenarioReport> {
  const { url, from, root, driver, scenario, profile } = job;
  const { decisions, place } = result.beacon;
  const looked = await pool.run({
    kind: 'autopsy',
    url,
    from,
    root,
    driver,
    scenario,
    profile,
    decisions,
    place,
  });
  if (looked.hung) throw new Error('the driver hangs before its first step');
  if (isFailure(looked.answer)) throw thaw(looked.answer);
  return looked.answer as ScenarioReport;
}
