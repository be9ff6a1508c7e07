import type { RuleLevel, Waiver } from '@movable-pages/conformance';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { collect, shard, wholeNumber } from './arguments.js';
import { addReportFlags, type ReportFlags } from './report.js';

/** Levels of rules. */
const LEVELS = ['core', 'concurrency', 'lifecycle', 'quality'] as const;

/** What `check` was asked. @since 0.1.0 */
export interface CheckFlags extends ReportFlags {
  readonly profile?: readonly string[];
  readonly scenario?: readonly string[];
  readonly rule?: readonly string[];
  readonly level?: readonly RuleLevel[];
  readonly rerunFailed?: boolean;
  /** File that remembers what failed. */
  readonly lastRun?: string;
  readonly bail?: boolean;
  readonly budget?: 'quick' | 'default' | 'deep';
  readonly seed?: number;
  readonly workers?: number;
  readonly shard?: { readonly index: number; readonly of: number };
  readonly checkpoint?: string;
  readonly resume?: string;
  readonly writeTest?: string;
  readonly config?: string;
  /** Rules that are switched off: from the configuration only. */
  readonly waivers?: readonly Waiver[];
}

/** Adds the options of `check` to it. */
export function addCheckFlags(command: Command): Command {
  command
    .option('--profile <name>', 'only this kernel profile (repeatable)', collect)
    .option('--scenario <id>', 'only this scenario (repeatable)', collect)
    .option(
      '--rule <id>',
      'only this rule, and the scenarios that can put it to the test (repeatable)',
      collect,
    )
    .option('--level <name>', `only the rules of this level: ${LEVELS.join(', ')} (repeatable)`, level)
    .option('--rerun-failed', 'only the scenarios that failed in the last run')
    .option('--last-run <file>', 'where the last run is remembered')
    .option('--bail', 'stop at the first failure')
    .addOption(
      new Option('--budget <name>', 'how much to search (default: "quick")').choices([
        'quick',
        'default',
        'deep',
      ]),
    )
    .option('--seed <number>', 'seed of random schedules', wholeNumber)
    .option('--workers <number>', 'worker threads', wholeNumber)
    .option('--checkpoint <file>', 'keep what is done in a file while it runs')
    .option('--resume <file>', 'go on from such a file; what is checked stands in it')
    .option('--shard <k/n>', 'only the k-th of n parts of the work; needs --checkpoint', shard)
    .option('--config <file>', 'settings (default: movable-pages.config.ts, .js or .mjs, if there is one)')
    .option('--write-test <file>', 'write a vitest test for each failure');
  return addReportFlags(command);
}

function level(value: string, before: RuleLevel[] | undefined): RuleLevel[] {
  const known = LEVELS.find((each) => each === value);
  if (known === undefined) throw new InvalidArgumentError(`Allowed choices are ${LEVELS.join(', ')}.`);
  return [...(before ?? []), known];
}
