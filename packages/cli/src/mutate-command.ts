import { InvalidArgumentError, Option, type Command } from 'commander';
import { resolve } from 'node:path';
import type { MutationReport } from '@movable-pages/mutate';
import type { Api } from './api.js';
import { collect, wholeNumber } from './arguments.js';
import { COULD_NOT_RUN, INTERRUPTED } from './exit-code.js';
import type { Io } from './io.js';
import { mutateProgress } from './mutate-progress.js';

/** What `mutate` was asked. */
interface MutateFlags {
  readonly mutate?: string[];
  readonly operator?: string[];
  readonly profile?: string[];
  readonly scenario?: string[];
  readonly limit?: number;
  readonly seed?: number;
  readonly preemptions?: number;
  readonly workers?: number;
  readonly atLeast: number;
  readonly format: 'terminal' | 'json';
  readonly out?: string;
  readonly color: boolean;
}

const HELP = `
Each mutant is the driver with one mistake. It is killed if a check of it would not pass. Nothing is written to your
files. Say why a mutant is no mistake in a comment above its line: // mutate-ignore OPERATOR: reason

Exit codes:
  0    the score is at least that of --at-least
  1    it is not
  2    could not run, or the driver does not pass as it is
  130  interrupted; what was found is reported
`;

/** Adds `movable-pages mutate` to the program. */
export function addMutate(program: Command, io: Io, api: Api, done: (code: number) => void): void {
  program
    .command('mutate')
    .description('say which mistakes in a driver a check would not see')
    .argument('<module>', 'path of a .ts or .js file, or name of an installed package')
    .option('--mutate <pattern>', 'mutate only these files of the driver (repeatable; * and **)', collect)
    .option('--operator <id>', 'only this kind of mistake (repeatable)', collect)
    .option('--profile <name>', 'only this kernel profile (repeatable)', collect)
    .option('--scenario <id>', 'only this scenario (repeatable)', collect)
    .option('--limit <number>', 'judge no more mutants than this, picked by the seed', wholeNumber)
    .option('--seed <number>', 'what --limit picks by', wholeNumber)
    .option('--preemptions <number>', 'search no deeper: quicker, and more survive', atMostTwo)
    .option('--workers <number>', 'worker threads', wholeNumber)
    .option('--at-least <score>', 'score below which the exit code is 1, from 0 to 1', fraction, 0.95)
    .addOption(
      new Option('--format <name>', 'form of the report').choices(['terminal', 'json']).default('terminal'),
    )
    .option('--out <file>', 'write the report to a file')
    .option('--no-color', 'no colours')
    .addHelpText('after', HELP)
    .action(async (module: string, flags: MutateFlags) => done(await mutateCommand(module, flags, io, api)));
}

async function mutateCommand(module: string, flags: MutateFlags, io: Io, api: Api): Promise<number> {
  if (flags.out !== undefined) io.refuseUnwritable?.(resolve(io.cwd, flags.out));
  const progress = mutateProgress(io);
  let report: MutationReport;
  try {
    report = await api.mutateModule(module, {
      cwd: io.cwd,
      ...(flags.mutate === undefined ? {} : { files: flags.mutate }),
      ...(flags.operator === undefined ? {} : { operators: flags.operator }),
      ...(flags.profile === undefined ? {} : { profiles: flags.profile }),
      ...(flags.scenario === undefined ? {} : { scenarios: flags.scenario }),
      ...(flags.limit === undefined ? {} : { limit: flags.limit }),
      ...(flags.seed === undefined ? {} : { seed: flags.seed }),
      ...(flags.preemptions === undefined ? {} : { preemptions: flags.preemptions }),
      ...(flags.workers === undefined ? {} : { workers: flags.workers }),
      ...(io.signal === undefined ? {} : { signal: io.signal }),
      onEvent: (event) => progress.onEvent(event),
    });
  } finally {
    progress.stop();
  }
  await write(report, flags, io);
  if (report.interrupted) return INTERRUPTED;
  if (report.score === null) return COULD_NOT_RUN;
  return report.score >= flags.atLeast ? 0 : 1;
}

async function write(report: MutationReport, flags: MutateFlags, io: Io): Promise<void> {
  const { renderMutation, renderMutationJson } = await import('@movable-pages/mutate');
  const text = (color: boolean) =>
    renderMutation(report, { color, ...(io.columns === undefined ? {} : { width: io.columns }) });
  if (flags.format === 'terminal' || flags.out !== undefined) io.out(text(io.color && flags.color));
  else io.out(renderMutationJson(report));
  if (flags.out !== undefined)
    io.writeFile(flags.out, flags.format === 'json' ? renderMutationJson(report) : text(false));
}

function atMostTwo(value: string): number {
  if (!/^[012]$/.test(value)) throw new InvalidArgumentError('It must be 0, 1 or 2.');
  return Number(value);
}

function fraction(value: string): number {
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!(number >= 0 && number <= 1)) throw new InvalidArgumentError('It must be a number from 0 to 1.');
  return number;
}
