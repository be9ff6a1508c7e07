import { resolve } from 'node:path';
import type { Checkpoint, CheckModuleOptions, LoadFailure, Verdict } from '@movable-pages/conformance';
import type { Api } from './api.js';
import { codeOf, errorLine, UsageError } from './coded-error.js';
import { COULD_NOT_RUN, exitCodeOf, INTERRUPTED, worst } from './exit-code.js';
import type { Io } from './io.js';
import { progressLine } from './progress.js';

/** Drivers that come with the suite: checked if nothing is named. */
const BUNDLED = ['balloon', 'zsmalloc', 'gpu-buffer'].map((name) => `@movable-pages/driver-${name}`);

/** What `check` was asked. @since 0.1.0 */
export interface CheckFlags {
  readonly profile?: string[];
  readonly scenario?: string[];
  readonly budget: 'quick' | 'default' | 'deep';
  readonly seed?: number;
  readonly workers?: number;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly checkpoint?: string;
  readonly resume?: string;
  readonly format: 'terminal' | 'json';
  readonly out?: string;
}

/** Checks drivers and reports. A module that cannot be loaded costs the others nothing. @since 0.1.0 */
export async function checkCommand(
  modules: readonly string[],
  flags: CheckFlags,
  io: Io,
  api: Api,
): Promise<number> {
  if (flags.out !== undefined) io.refuseUnwritable?.(resolve(io.cwd, flags.out));
  const { checkpoint, ...asked } = await openCheckpoint(modules, flags, io, api);
  const verdicts: Verdict[] = [];
  const failures: LoadFailure[] = [];
  const progress = progressLine(io);
  for (const module of asked.modules) {
    try {
      verdicts.push(
        ...(await api.checkModule(module, {
          ...asked.options,
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
  for (const { code, message } of failures) io.err(errorLine(Object.assign(new Error(message), { code })));
  const cut = io.signal?.aborted === true;
  if (asked.options.shard === undefined)
    await report(verdicts, failures, { ...flags, root: asked.options.cwd }, io);
  else await reportShard(verdicts, io);
  if (cut && verdicts.length + failures.length === 0) io.err('interrupted before any driver was loaded\n');
  if (cut && checkpoint !== null)
    io.err(`go on with: movable-pages check --resume ${flags.resume ?? flags.checkpoint!}\n`);
  const codes = asked.options.shard === undefined ? verdicts.map(exitCodeOf) : verdicts.map(exitCodeOfShard);
  return worst([...codes, ...failures.map(() => COULD_NOT_RUN), ...(cut ? [INTERRUPTED] : [])]);
}

interface Asked {
  readonly modules: readonly string[];
  readonly options: CheckModuleOptions & { readonly cwd: string };
  readonly checkpoint: Checkpoint | null;
}

/** What is to be checked and how: as the flags say, or as the checkpoint that is gone on from. */
async function openCheckpoint(
  modules: readonly string[],
  flags: CheckFlags,
  io: Io,
  api: Api,
): Promise<Asked> {
  if (flags.resume !== undefined) {
    refuseBeside(modules, flags);
    const checkpoint = await api.resumeCheckpoint(resolve(io.cwd, flags.resume));
    const { run } = checkpoint;
    return {
      modules: run.modules,
      checkpoint,
      options: {
        cwd: run.root,
        budget: run.budget,
        ...(run.profiles === null ? {} : { profiles: run.profiles }),
        ...(run.scenarios === null ? {} : { scenarios: run.scenarios }),
        ...(run.seed === null ? {} : { seed: run.seed }),
        ...(run.shard === null ? {} : { shard: run.shard }),
      },
    };
  }
  if (flags.shard !== undefined && flags.checkpoint === undefined)
    throw new UsageError(
      'MP_USAGE',
      '--shard needs --checkpoint FILE: what the shards come to is put together from their files by movable-pages merge',
    );
  const named = modules.length === 0 ? BUNDLED : modules;
  const run = {
    root: io.cwd,
    modules: named,
    profiles: flags.profile ?? null,
    scenarios: flags.scenario ?? null,
    budget: flags.budget,
    seed: flags.seed ?? null,
    shard: flags.shard ?? null,
  };
  return {
    modules: named,
    checkpoint:
      flags.checkpoint === undefined
        ? null
        : await api.beginCheckpoint(resolve(io.cwd, flags.checkpoint), run),
    options: {
      cwd: io.cwd,
      budget: flags.budget,
      ...(flags.profile === undefined ? {} : { profiles: flags.profile }),
      ...(flags.scenario === undefined ? {} : { scenarios: flags.scenario }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.shard === undefined ? {} : { shard: flags.shard }),
    },
  };
}

/** What is checked stands in the checkpoint; what is given beside it would be ignored, and that must not go unnoticed. */
function refuseBeside(modules: readonly string[], flags: CheckFlags): void {
  const beside = [
    ...(modules.length > 0 ? [modules.join(' ')] : []),
    ...(flags.profile === undefined ? [] : ['--profile']),
    ...(flags.scenario === undefined ? [] : ['--scenario']),
    ...(flags.seed === undefined ? [] : ['--seed']),
    ...(flags.shard === undefined ? [] : ['--shard']),
    ...(flags.checkpoint === undefined ? [] : ['--checkpoint']),
  ];
  if (beside.length === 0) return;
  throw new UsageError(
    'MP_USAGE',
    `--resume goes on with what the checkpoint says; leave out ${beside.join(', ')}`,
  );
}

/** A shard is a part: only what it found is judged. */
function exitCodeOfShard(verdict: Verdict): number {
  if (verdict.outcome === 'not-conformant' || verdict.outcome === 'interrupted') return exitCodeOf(verdict);
  return 0;
}

async function reportShard(verdicts: readonly Verdict[], io: Io): Promise<void> {
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

/** Writes the report where the flags say. */
export async function report(
  verdicts: readonly Verdict[],
  failures: readonly LoadFailure[],
  flags: Pick<CheckFlags, 'format' | 'out'> & { readonly root: string },
  io: Io,
): Promise<void> {
  const { renderJson, renderTerminal } = await import('@movable-pages/conformance');
  const text = (color: boolean) =>
    verdicts
      .map((verdict) =>
        renderTerminal(verdict, {
          color,
          root: flags.root,
          ...(io.columns === undefined ? {} : { width: io.columns }),
        }),
      )
      .join('\n');
  if (flags.format === 'json') {
    const json = renderJson(verdicts, flags.root, failures);
    if (flags.out === undefined) io.out(json);
    else {
      io.out(text(io.color));
      io.writeFile(flags.out, json);
    }
    return;
  }
  io.out(text(io.color));
  if (flags.out !== undefined) io.writeFile(flags.out, text(false));
}
