import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Checkpoint, CheckModuleOptions, LoadFailure, Verdict } from '@movable-pages/conformance';
import type { Api } from './api.js';
import type { CheckFlags } from './check-flags.js';
import { codeOf, errorLine } from './coded-error.js';
import { loadConfig } from './config.js';
import { COULD_NOT_RUN, exitCodeOf, INTERRUPTED, worst } from './exit-code.js';
import type { Io } from './io.js';
import { lastRunOf, readLastRun, rememberRun } from './last-run.js';
import { openCheckpoint } from './open-checkpoint.js';
import { progressLine } from './progress.js';
import { refuseUnwritable, report, writeCertificate, writeTest, type Judged } from './report.js';
import { exitCodeOfShard, reportShard } from './shard-report.js';

/** Drivers that come with the suite: checked if nothing is named. */
const BUNDLED = ['balloon', 'zsmalloc', 'gpu-buffer'].map((name) => `@movable-pages/driver-${name}`);

/** What is checked, and how. */
interface Task {
  readonly modules: readonly string[];
  readonly flags: CheckFlags;
}

/** Checks drivers and reports. A module that cannot be loaded costs the others nothing. @since 0.1.0 */
export async function checkCommand(
  modules: readonly string[],
  flags: CheckFlags,
  io: Io,
  api: Api,
): Promise<number> {
  refuseUnwritable([flags.out, flags.certificate, flags.writeTest], io);
  const task = await withSettings({ modules, flags }, io, api);
  if (flags.rerunFailed === true && task.modules.length === 0) {
    io.out('nothing failed in the last run\n');
    return 0;
  }
  const asked = await openCheckpoint(task.modules, task.flags, io, api);
  const judged = await judge(asked.modules, asked.options, asked.checkpoint, flags, io, api);
  const { verdicts, failures } = judged;
  for (const { code, message } of failures) io.err(errorLine(Object.assign(new Error(message), { code })));
  const sharded = asked.options.shard !== undefined;
  const cut = io.signal?.aborted === true;
  const codes = verdicts.map(sharded ? exitCodeOfShard : exitCodeOf);
  if (sharded) await reportShard(verdicts, io);
  else {
    rememberRun(io.cwd, flags.lastRun, lastRunOf(verdicts, failures));
    await report(judged, flags, io);
    codes.push(...(await writeCertificate(flags.certificate, judged, io, api)));
    if (flags.writeTest !== undefined) await writeTest(flags.writeTest, judged, io);
  }
  if (cut && verdicts.length + failures.length === 0) io.err('interrupted before any driver was loaded\n');
  if (cut && asked.checkpoint !== null)
    io.err(`go on with: movable-pages check --resume ${flags.resume ?? flags.checkpoint!}\n`);
  return worst([...codes, ...failures.map(() => COULD_NOT_RUN), ...(cut ? [INTERRUPTED] : [])]);
}

/** Adds what the settings of the project say, and what failed in the last run, to what the command line asks for. */
async function withSettings({ modules, flags }: Task, io: Io, api: Api): Promise<Task> {
  if (flags.resume !== undefined) return { modules, flags };
  const config = await loadConfig(io.cwd, flags.config, (path) =>
    api.loadModule(pathToFileURL(path).href, flags.config ?? path),
  );
  const { requireWaivers } = await import('@movable-pages/conformance');
  requireWaivers(config.waivers ?? [], io.today());
  const { drivers, profiles, ...settings } = config;
  const asked = modules.length > 0 ? modules : (drivers ?? BUNDLED);
  // However often and however spelled, a file is judged once.
  const named = [...new Map(asked.map((module) => [resolve(io.cwd, module), module])).values()];
  const all = { ...settings, ...(profiles === undefined ? {} : { profile: profiles }), ...flags };
  if (flags.rerunFailed !== true) return { modules: named, flags: all };
  const failed = readLastRun(io.cwd, flags.lastRun).failed.filter(
    ({ from }) => modules.length === 0 || modules.includes(from),
  );
  const scenarios = [...new Set(failed.flatMap((each) => each.scenarios))];
  const among = [...new Set(failed.flatMap((each) => each.profiles))];
  return {
    modules: failed.map(({ from }) => from),
    flags: {
      ...all,
      ...(scenarios.length === 0 ? {} : { scenario: flags.scenario ?? scenarios }),
      ...(among.length === 0 ? {} : { profile: flags.profile ?? among }),
    },
  };
}

async function judge(
  modules: readonly string[],
  options: CheckModuleOptions & { readonly cwd: string },
  checkpoint: Checkpoint | null,
  flags: CheckFlags,
  io: Io,
  api: Api,
): Promise<Judged> {
  const verdicts: Verdict[] = [];
  const failures: LoadFailure[] = [];
  const progress = progressLine(io);
  for (const module of modules) {
    const failed = failures.length > 0 || verdicts.some((verdict) => exitCodeOf(verdict) !== 0);
    if (flags.bail === true && failed) break;
    try {
      verdicts.push(
        ...(await api.checkModule(module, {
          ...options,
          ...(flags.bail === undefined ? {} : { bail: flags.bail }),
          ...(flags.workers === undefined ? {} : { workers: flags.workers }),
          ...(io.signal === undefined ? {} : { signal: io.signal }),
          ...(checkpoint === null ? {} : { checkpoint }),
          onEvent: (event) => progress.onEvent(event),
        })),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ from: module, code: codeOf(error) ?? 'MP_INTERNAL', message });
    }
  }
  progress.stop();
  checkpoint?.write();
  return { verdicts, failures, root: resolve(options.cwd) };
}
