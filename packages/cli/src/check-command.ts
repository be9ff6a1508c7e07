import type { LoadFailure, Verdict } from '@movable-pages/conformance';
import type { Api } from './api.js';
import { codeOf, errorLine } from './coded-error.js';
import { COULD_NOT_RUN, exitCodeOf, worst } from './exit-code.js';
import type { Io } from './io.js';
import { progressLine } from './progress.js';

/** Drivers that come with the suite: checked if nothing is named. */
const BUNDLED = ['@movable-pages/driver-balloon'];

/** What `check` was asked. @since 0.1.0 */
export interface CheckFlags {
  readonly profile?: string[];
  readonly scenario?: string[];
  readonly budget: 'quick' | 'default' | 'deep';
  readonly seed?: number;
  readonly workers?: number;
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
  const verdicts: Verdict[] = [];
  const failures: LoadFailure[] = [];
  const progress = progressLine(io);
  for (const module of modules.length === 0 ? BUNDLED : modules) {
    try {
      verdicts.push(
        ...(await api.checkModule(module, {
          cwd: io.cwd,
          budget: flags.budget,
          ...(flags.profile === undefined ? {} : { profiles: flags.profile }),
          ...(flags.scenario === undefined ? {} : { scenarios: flags.scenario }),
          ...(flags.seed === undefined ? {} : { seed: flags.seed }),
          ...(flags.workers === undefined ? {} : { workers: flags.workers }),
          ...(io.signal === undefined ? {} : { signal: io.signal }),
          onEvent: (event) => progress.onEvent(event),
        })),
      );
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      failures.push({ from: module, code: codeOf(error) ?? 'MP_INTERNAL', message });
    }
  }
  progress.stop();
  for (const { code, message } of failures) io.err(errorLine(Object.assign(new Error(message), { code })));
  await report(verdicts, failures, flags, io);
  return worst([...verdicts.map(exitCodeOf), ...failures.map(() => COULD_NOT_RUN)]);
}

async function report(
  verdicts: readonly Verdict[],
  failures: readonly LoadFailure[],
  flags: CheckFlags,
  io: Io,
): Promise<void> {
  const { renderJson, renderTerminal } = await import('@movable-pages/conformance');
  const text = (color: boolean) =>
    verdicts
      .map((verdict) =>
        renderTerminal(verdict, {
          color,
          root: io.cwd,
          ...(io.columns === undefined ? {} : { width: io.columns }),
        }),
      )
      .join('\n');
  if (flags.format === 'json') {
    const json = renderJson(verdicts, io.cwd, failures);
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
