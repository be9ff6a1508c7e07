import { resolve } from 'node:path';
import type { Checkpoint, CheckModuleOptions, CheckpointRun } from '@movable-pages/conformance';
import type { Api } from './api.js';
import type { CheckFlags } from './check-flags.js';
import { UsageError } from './coded-error.js';
import type { Io } from './io.js';

/** What is to be checked and how. */
export interface Asked {
  readonly modules: readonly string[];
  readonly options: CheckModuleOptions & { readonly cwd: string };
  readonly checkpoint: Checkpoint | null;
}

/** What is to be checked and how: as the flags say, or as the checkpoint that is gone on from. */
export async function openCheckpoint(
  modules: readonly string[],
  flags: CheckFlags,
  io: Io,
  api: Api,
): Promise<Asked> {
  if (flags.resume !== undefined) {
    refuseBeside(modules, flags);
    const checkpoint = await api.resumeCheckpoint(resolve(io.cwd, flags.resume));
    const { requireWaivers } = await import('@movable-pages/conformance');
    requireWaivers(checkpoint.run.waivers, io.today());
    return { modules: checkpoint.run.modules, checkpoint, options: optionsOf(checkpoint.run) };
  }
  if (flags.shard !== undefined && flags.checkpoint === undefined)
    throw new UsageError(
      'MP_USAGE',
      '--shard needs --checkpoint FILE: what the shards come to is put together from their files by movable-pages merge',
    );
  if (flags.shard !== undefined && flags.certificate !== undefined)
    throw new UsageError(
      'MP_USAGE',
      'a shard is a part, of which there is no certificate; give --certificate to movable-pages merge',
    );
  const { selectRules } = await import('@movable-pages/conformance');
  const run: CheckpointRun = {
    root: io.cwd,
    modules,
    profiles: flags.profile ?? null,
    scenarios: flags.scenario ?? null,
    rules: selectRules({
      ...(flags.rule === undefined ? {} : { rules: flags.rule.map((id) => id.toUpperCase()) }),
      ...(flags.level === undefined ? {} : { levels: flags.level }),
    }),
    waivers: flags.waivers ?? [],
    budget: flags.budget ?? 'quick',
    seed: flags.seed ?? null,
    shard: flags.shard ?? null,
  };
  const checkpoint =
    flags.checkpoint === undefined ? null : await api.beginCheckpoint(resolve(io.cwd, flags.checkpoint), run);
  return { modules, checkpoint, options: optionsOf(run) };
}

function optionsOf(run: CheckpointRun): Asked['options'] {
  return {
    cwd: run.root,
    budget: run.budget,
    waivers: run.waivers,
    ...(run.profiles === null ? {} : { profiles: run.profiles }),
    ...(run.scenarios === null ? {} : { scenarios: run.scenarios }),
    ...(run.rules === null ? {} : { rules: run.rules }),
    ...(run.seed === null ? {} : { seed: run.seed }),
    ...(run.shard === null ? {} : { shard: run.shard }),
  };
}

/** What is checked stands in the checkpoint; what is given beside it would be ignored, and that must not go unnoticed. */
function refuseBeside(modules: readonly string[], flags: CheckFlags): void {
  const given = {
    '--profile': flags.profile,
    '--scenario': flags.scenario,
    '--rule': flags.rule,
    '--level': flags.level,
    '--rerun-failed': flags.rerunFailed,
    '--budget': flags.budget,
    '--seed': flags.seed,
    '--shard': flags.shard,
    '--checkpoint': flags.checkpoint,
    '--config': flags.config,
  };
  const beside = [
    ...(modules.length > 0 ? [modules.join(' ')] : []),
    ...Object.entries(given).flatMap(([flag, value]) => (value === undefined ? [] : [flag])),
  ];
  if (beside.length === 0) return;
  throw new UsageError(
    'MP_USAGE',
    `--resume goes on with what the checkpoint says; leave out ${beside.join(', ')}`,
  );
}
