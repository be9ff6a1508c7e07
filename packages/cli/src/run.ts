import { Command, CommanderError, Option } from 'commander';
import type { Api } from './api.js';
import { checkCommand } from './check-command.js';
import { addCheckFlags, type CheckFlags } from './check-flags.js';
import { codeOf, errorLine, UsageError } from './coded-error.js';
import { COULD_NOT_RUN } from './exit-code.js';
import { explainCommand } from './explain-command.js';
import type { Io } from './io.js';
import { mergeCommand } from './merge-command.js';
import { addMutate } from './mutate-command.js';
import { museumCommand, type MuseumFlags } from './museum-command.js';
import { replayCommand } from './replay-command.js';
import { addReportFlags, type ReportFlags } from './report.js';
import { addVerifyCommand } from './verify-command.js';
import { VERSION } from './version.js';

const EXITS = `
Exit codes:
  0    conformant; of a selection: all of it passes
  1    not conformant; a certificate that does not hold
  2    could not run
  3    vacuous or inconclusive
  130  interrupted; what was found is reported

Examples:
  movable-pages check                            the bundled drivers
  movable-pages check src/driver.ts              a driver of yours
  movable-pages check src/driver.ts --scenario unload --profile linux-6.1
  movable-pages check --format json --out verdict.json
  movable-pages check src/driver.ts --certificate conformance.json
  movable-pages verify conformance.json
  movable-pages check src/driver.ts --rule MP-RACE-001 --bail
  movable-pages check --budget deep --checkpoint run.json
  movable-pages check --resume run.json          go on after an interruption
  movable-pages check --shard 2/4 --checkpoint part2.json
  movable-pages merge part1.json part2.json part3.json part4.json
  movable-pages mutate src/driver.ts             which mistakes in it a check would not see
  movable-pages replay mp2.0q3...                what the token of a finding did
  movable-pages explain MP-RACE-001              what a rule asks for
  movable-pages museum                           historic bugs: are they all caught?
  movable-pages museum B18                       one of them, with its counterexample
`;

/**
 * Runs the command line.
 *
 * @param argv What follows the name of the command.
 * @returns The exit code.
 * @since 0.1.0
 */
export async function run(argv: readonly string[], io: Io, api: Api): Promise<number> {
  let code = 0;
  const program = build(io, api, (result) => (code = result));
  try {
    await program.parseAsync(argv as string[], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      if (error.exitCode === 0) return 0;
      io.err(
        errorLine(
          new UsageError(
            'MP_USAGE',
            `${error.message.replace(/^error: |\.$/g, '')}; see movable-pages --help`,
          ),
        ),
      );
      return COULD_NOT_RUN;
    }
    io.err(errorLine(error));
    if (codeOf(error) === null)
      io.err('This is a fault of movable-pages itself: please report it with the command that shows it.\n');
    return COULD_NOT_RUN;
  }
}

function build(io: Io, api: Api, done: (code: number) => void): Command {
  const program = new Command('movable-pages')
    .description(
      "Runs movable-page drivers under every schedule within a bound, with the kernel's own rules as the judge.",
    )
    .version(VERSION)
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.out(text), writeErr: () => {} })
    .showSuggestionAfterError()
    .addHelpText('after', EXITS);
  addCheckFlags(
    program
      .command('check', { isDefault: true })
      .description('judge drivers: files, packages, or the bundled ones')
      .argument('[modules...]', 'path of a .ts or .js file, or name of an installed package'),
  ).action(async (modules: string[], { color, ...flags }: CheckFlags & { color: boolean }) => {
    done(await checkCommand(modules, flags, withColor(io, color), api));
  });
  addReportFlags(
    program
      .command('merge')
      .description('put the checkpoints of all shards of a check together')
      .argument('<files...>', 'the files that --checkpoint wrote'),
  ).action(async (files: string[], { color, ...flags }: ReportFlags & { color: boolean }) => {
    done(await mergeCommand(files, flags, withColor(io, color), api));
  });
  addMutate(program, io, api, done);
  addVerifyCommand(program, async (act) => done(await act(io, api)));
  program
    .command('replay')
    .description('replay the schedule of a finding')
    .argument('<token>', 'the token that a finding ends with')
    .option('--file <file>', 'load the driver from this file')
    .option('--no-color', 'no colours')
    .action(async (token: string, { color, ...flags }: { file?: string; color: boolean }) => {
      done(await replayCommand(token, flags, withColor(io, color), api));
    });
  program
    .command('explain')
    .description('say what a rule asks for, or list the rules')
    .argument('[rule]', 'id of a rule')
    .action(async (id: string | undefined) => done(await explainCommand(id, io)));
  program
    .command('museum')
    .description('play historic bugs: the broken twin must be caught, the repaired one must pass')
    .argument('[ids...]', 'ids of exhibits; these are shown in full')
    .option('--list', 'only say what there is')
    .addOption(
      new Option('--format <name>', 'form of the report').choices(['terminal', 'json']).default('terminal'),
    )
    .option('--out <file>', 'write the report to a file')
    .option('--no-color', 'no colours')
    .action(async (ids: string[], { color, ...flags }: MuseumFlags & { color: boolean }) => {
      done(await museumCommand(ids, flags, withColor(io, color), await api.museum()));
    });
  return program;
}

function withColor(io: Io, color: boolean): Io {
  return color ? io : { ...io, color: false };
}
