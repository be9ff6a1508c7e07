import { resolve } from 'node:path';
import type { Api } from './api.js';
import { report, type CheckFlags } from './check-command.js';
import { exitCodeOf, worst } from './exit-code.js';
import type { Io } from './io.js';

/** Puts the checkpoints of shards together and reports as one check would. @since 0.1.0 */
export async function mergeCommand(
  files: readonly string[],
  flags: Pick<CheckFlags, 'format' | 'out'>,
  io: Io,
  api: Api,
): Promise<number> {
  const { verdicts, root } = await api.mergeCheckpoints(files.map((file) => resolve(io.cwd, file)));
  await report(verdicts, [], { ...flags, root }, io);
  return worst(verdicts.map(exitCodeOf));
}
