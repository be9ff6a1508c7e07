import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { LoadFailure, Verdict } from '@movable-pages/conformance';
import { UsageError } from './coded-error.js';

/** Where the last run is remembered, in a project that has `node_modules`. */
const DEFAULT = 'node_modules/.cache/movable-pages/last-run.json';
const SCHEMA = 'movable-pages/last-run@1';

/** What failed in a run. */
export interface LastRun {
  readonly schema: typeof SCHEMA;
  readonly failed: readonly {
    readonly from: string;
    readonly scenarios: readonly string[];
    readonly profiles: readonly string[];
  }[];
}

/** What failed: modules with the scenarios and profiles in which something was found, or which could not run. */
export function lastRunOf(verdicts: readonly Verdict[], failures: readonly LoadFailure[]): LastRun {
  const failed = verdicts.flatMap(({ driver, scenarios, findings }) => {
    const bad = scenarios.filter(
      ({ scenario, profile, error }) =>
        error !== null ||
        findings.some(
          (finding) =>
            finding.profile === profile &&
            (finding.scenario === scenario || finding.elsewhere?.includes(scenario) === true),
        ),
    );
    if (bad.length === 0) return [];
    return [
      {
        from: driver.from,
        scenarios: [...new Set(bad.map(({ scenario }) => scenario))],
        profiles: [...new Set(bad.map(({ profile }) => profile))],
      },
    ];
  });
  const unloaded = failures.map(({ from }) => ({ from, scenarios: [], profiles: [] }));
  return { schema: SCHEMA, failed: [...failed, ...unloaded] };
}

/** Remembers what failed, in the file that is named or else in the cache of the project, if it has one. */
export function rememberRun(cwd: string, file: string | undefined, run: LastRun): void {
  if (file === undefined && !existsSync(resolve(cwd, 'node_modules'))) return;
  const path = resolve(cwd, file ?? DEFAULT);
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, JSON.stringify(run));
    renameSync(temporary, path);
  } catch (error) {
    // A cache that cannot be written is no reason to lose a report; a file that was asked for is.
    if (file !== undefined)
      throw new UsageError('MP_CANNOT_WRITE', `the last run cannot be remembered in ${path}`, {
        cause: error,
      });
  }
}

/**
 * Reads what failed in the last run.
 *
 * @throws UsageError `MP_NO_LAST_RUN`.
 */
export function readLastRun(cwd: string, file: string | undefined): LastRun {
  const path = resolve(cwd, file ?? DEFAULT);
  try {
    const run = JSON.parse(readFileSync(path, 'utf8')) as LastRun;
    if (run.schema === SCHEMA && Array.isArray(run.failed)) return run;
  } catch {
    // The same answer as for a file of another version.
  }
  throw new UsageError('MP_NO_LAST_RUN', `${path} remembers no run; run check once without --rerun-failed`);
}
