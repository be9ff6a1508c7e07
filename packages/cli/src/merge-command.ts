import { resolve } from 'node:path';
import type { Api } from './api.js';
import { exitCodeOf, worst } from './exit-code.js';
import type { Io } from './io.js';
import { refuseUnwritable, report, writeCertificate, type ReportFlags } from './report.js';

/** Puts the checkpoints of shards together and reports as one check would. @since 0.1.0 */
export async function mergeCommand(
  files: readonly string[],
  flags: ReportFlags,
  io: Io,
  api: Api,
): Promise<number> {
  refuseUnwritable([flags.out, flags.certificate], io);
  const { verdicts, root } = await api.mergeCheckpoints(files.map((file) => resolve(io.cwd, file)));
  const judged = { verdicts, failures: [], root };
  await report(judged, flags, io);
  return worst([
    ...verdicts.map(exitCodeOf),
    ...(await writeCertificate(flags.certificate, judged, io, api)),
  ]);
}
