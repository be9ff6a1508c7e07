import type { Misfit } from '@movable-pages/explore';
import { CheckError } from '../errors.js';
import type { Finding } from '../finding.js';
import { decodeToken, type TokenContent } from '../token.js';
import { hungReport } from './hung-report.js';
import { isFailure } from './job.js';
import { resolveModule } from './resolve-module.js';
import { thaw } from './thaw.js';
import { WorkerPool } from './worker-pool.js';

/** How a token is replayed. @since 0.1.0 */
export interface ReplayOptions {
  /** Folder that paths are relative to. Default: the working directory. */
  readonly cwd?: string;
  /** Load the driver from here instead of from where the token says. */
  readonly file?: string;
  /** Milliseconds without a step after which a loop is taken to be endless. Default 10,000. */
  readonly watchdog?: number;
}

/** What a token's schedule does now. @since 0.1.0 */
export interface ReplayReport {
  readonly content: TokenContent;
  /** What it finds, or null if it finds nothing any more. */
  readonly finding: Finding | null;
  /** Where the schedule does not fit the driver any more; empty if it fits. */
  readonly misfits: readonly Misfit[];
  /** What changed since the token was made. */
  readonly changed: readonly string[];
}

/**
 * Replays the schedule of a token, in a worker, under a watchdog.
 *
 * @throws TokenError `MP_BAD_TOKEN`, `MP_TOKEN_VERSION`; CheckError `MP_CANNOT_LOAD`, `MP_UNKNOWN_SCENARIO`; DriverError `MP_UNKNOWN_DRIVER` and whatever
 *   building the driver throws.
 * @since 0.1.0
 */
export async function replayToken(token: string, options: ReplayOptions = {}): Promise<ReplayReport> {
  const content = decodeToken(token);
  const cwd = options.cwd ?? process.cwd();
  const url = resolveModule(options.file ?? content.from, cwd);
  const pool = new WorkerPool(1, options.watchdog);
  try {
    const module = { url, from: content.from, root: cwd };
    const result = await pool.run({ kind: 'replay', ...module, content });
    if (result.end === 'hung') {
      const report = await hungReport(pool, { ...module, ...content }, result);
      return { content, finding: report.findings[0] ?? null, misfits: [], changed: [] };
    }
    if (result.end !== 'answer') throw new Error('nobody interrupts a replay');
    if (isFailure(result.answer)) throw thaw(result.answer);
    return result.answer as ReplayReport;
  } finally {
    await pool.close();
  }
}

/** A worker that ended by itself, as an error. */
export function workerDied(cause: unknown): CheckError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new CheckError(
    'MP_WORKER_DIED',
    `the worker that ran the driver ended: ${why}; a driver must not exit the process, and must stay within 1 GiB`,
    { cause },
  );
}
