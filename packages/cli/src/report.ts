import { dirname, relative, resolve, sep } from 'node:path';
import { existsSync } from 'node:fs';
import type { LoadFailure, ReportOptions, Verdict } from '@movable-pages/conformance';
import { Option, type Command } from 'commander';
import type { Api } from './api.js';
import { wholeNumber } from './arguments.js';
import { codeOf, errorLine, UsageError } from './coded-error.js';
import { COULD_NOT_RUN } from './exit-code.js';
import type { Io } from './io.js';

/** Forms of a report. */
const FORMATS = ['terminal', 'json', 'junit', 'ktap', 'markdown'] as const;

/** How the commands that judge report. @since 0.1.0 */
export interface ReportFlags {
  readonly format: (typeof FORMATS)[number];
  readonly out?: string;
  readonly certificate?: string;
  /** Findings of one rule that are shown. */
  readonly show?: number;
}

/** What there is to report. */
export interface Judged {
  readonly verdicts: readonly Verdict[];
  readonly failures: readonly LoadFailure[];
  /** Folder that paths of modules, and source lines, are relative to. */
  readonly root: string;
}

/** Adds the options of a report to a command. */
export function addReportFlags(command: Command): Command {
  return command
    .addOption(new Option('--format <name>', 'form of the report').choices(FORMATS).default('terminal'))
    .option('--out <file>', 'write the report to a file; what people read goes to standard output')
    .option('--show <number>', 'findings of one rule that are shown (default: 3)', wholeNumber)
    .option('--certificate <file>', 'write a certificate, for movable-pages verify')
    .option('--no-color', 'no colours');
}

/** Refuses files that cannot be written, before anything is checked. */
export function refuseUnwritable(files: readonly (string | undefined)[], io: Io): void {
  for (const file of files) if (file !== undefined) io.refuseUnwritable?.(resolve(io.cwd, file));
}

/** Writes the report where the flags say. */
export async function report(judged: Judged, flags: ReportFlags, io: Io): Promise<void> {
  const { verdicts, failures, root } = judged;
  const options: ReportOptions = {
    root,
    ...(io.columns === undefined ? {} : { width: io.columns }),
    ...(flags.show === undefined ? {} : { findings: flags.show }),
  };
  const suite = await import('@movable-pages/conformance');
  const forPeople = (color: boolean) =>
    verdicts.map((verdict) => suite.renderTerminal(verdict, { ...options, color })).join('\n');
  const text = {
    terminal: () => forPeople(false),
    json: () => suite.renderJson(verdicts, root, failures),
    junit: () => suite.renderJunit(verdicts, options, failures),
    ktap: () => suite.renderKtap(verdicts, options, failures),
    markdown: () => suite.renderMarkdown(verdicts, options, failures),
  }[flags.format];
  if (flags.out !== undefined || flags.format === 'terminal') io.out(forPeople(io.color));
  else io.out(text());
  if (flags.out !== undefined) io.writeFile(flags.out, text());
}

/**
 * Writes the certificate, if one is wanted. That there is nothing to certify is said, and takes nothing from the report.
 *
 * @returns The exit codes that it adds.
 */
export async function writeCertificate(
  file: string | undefined,
  { verdicts, failures, root }: Judged,
  io: Io,
  api: Api,
): Promise<number[]> {
  if (file === undefined) return [];
  try {
    const [unloaded] = failures;
    if (unloaded !== undefined)
      throw new UsageError(
        'MP_NO_CERTIFICATE',
        `${unloaded.from} could not be loaded, so there is no certificate of what was asked for; leave it out or mend it`,
      );
    io.writeFile(file, `${JSON.stringify(await api.certify(verdicts, root), null, 2)}\n`);
    return [];
  } catch (error) {
    if (codeOf(error) !== 'MP_NO_CERTIFICATE') throw error;
    io.err(errorLine(error));
    return [COULD_NOT_RUN];
  }
}

/** Writes a vitest file with a test for each failure. */
export async function writeTest(file: string, { verdicts, root }: Judged, io: Io): Promise<void> {
  const { renderTest } = await import('@movable-pages/conformance');
  const folder = dirname(resolve(io.cwd, file));
  const text = renderTest(verdicts, (from) => {
    const path = resolve(root, from);
    if (!existsSync(path)) return JSON.stringify(from);
    const seen = relative(folder, path).split(sep).join('/');
    return `new URL(${JSON.stringify(seen.startsWith('.') ? seen : `./${seen}`)}, import.meta.url).href`;
  });
  if (text === null) io.err(`no rule failed, so there is no test to write to ${file}\n`);
  else io.writeFile(file, text);
}
