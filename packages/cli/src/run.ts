import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Api } from './api.js';
import { checkCommand, type CheckFlags } from './check-command.js';
import { codeOf, errorLine, UsageError } from './coded-error.js';
import { COULD_NOT_RUN } from './exit-code.js';
import { explainCommand } from './explain-command.js';
import type { Io } from './io.js';
import { mergeCommand } from './merge-command.js';
import { addMutate } from './mutate-command.js';
import { collect, wholeNumber } from './option-values.js';
import { replayCommand } from './replay-command.js';
import { VERSION } from './version.js';

const EXITS = `
Exit codes:
  0    conformant
  1    not conformant
  2    could not run
  3    vacuous or inconclusive
  130  interrupted; what was found is reported

Examples:
  movable-pages check                            the bundled drivers
  movable-pages check src/driver.ts              a driver of yours
  movable-pages check src/driver.ts --scenario unload --profile linux-6.1
  movable-pages check --format json --out verdict.json
  movable-pages check --budget deep --checkpoint run.json
  movable-pages check --resume run.json          go on after an interruption
  movable-pages check --shard 2/4 --checkpoint part2.json
  movable-pages merge part1.json part2.json part3.json part4.json
  movable-pages mutate src/driver.ts             which mistakes in it a check would not see
  movable-pages replay mp2.0q3...                what the token of a finding did
  movable-pages explain MP-RACE-001              what a rule asks for
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
  program
    .command('check', { isDefault: true })
    .description('judge drivers: files, packages, or the bundled ones')
    .argument('[modules...]', 'path of a .ts or .js file, or name of an installed package')
    .option('--profile <name>', 'only this kernel profile (repeatable)', collect)
    .option('--scenario <id>', 'only this scenario (repeatable)', collect)
    .addOption(
      new Option('--budget <name>', 'how much to search')
        .choices(['quick', 'default', 'deep'])
        .default('quick'),
    )
    .option('--seed <number>', 'seed of random schedules', wholeNumber)
    .option('--workers <number>', 'worker threads', wholeNumber)
    .option('--checkpoint <file>', 'keep what is done in a file while it runs')
    .option('--resume <file>', 'go on from such a file; what is checked stands in it')
    .option('--shard <k/n>', 'only the k-th of n parts of the work; needs --checkpoint', shard)
    .addOption(
      new Option('--format <name>', 'form of the report').choices(['terminal', 'json']).default('terminal'),
    )
    .option('--out <file>', 'write the report to a file')
    .option('--no-color', 'no colours')
    .action(async (modules: string[], flags: CheckFlags & { color: boolean }) => {
      done(await checkCommand(modules, flags, withColor(io, flags.color), api));
    });
  program
    .command('merge')
    .description('put the checkpoints of all shards of a check together')
    .argument('<files...>', 'the files that --checkpoint wrote')
    .addOption(
      new Option('--format <name>', 'form of the report').choices(['terminal', 'json']).default('terminal'),
    )
    .option('--out <file>', 'write the report to a file')
    .option('--no-color', 'no colours')
    .action(
      async (
        files: string[],
        { color, ...flags }: Pick<CheckFlags, 'format' | 'out'> & { color: boolean },
      ) => {
        done(await mergeCommand(files, flags, withColor(io, color), api));
      },
    );
  addMutate(program, io, api, done);
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
  return program;
}

function withColor(io: Io, color: boolean): Io {
  return color ? io : { ...io, color: false };
}

function shard(value: string): { index: number; of: number } {
  const [, k, n] = /^(\d+)\/(\d+)$/.exec(value) ?? [];
  const index = Number(k) - 1;
  const of = Number(n);
  if (!(index >= 0 && index < of))
    throw new InvalidArgumentError('It must be k/n with k from 1 to n, such as 2/4.');
  return { index, of };
}
