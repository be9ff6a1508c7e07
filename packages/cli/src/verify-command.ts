import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Certificate } from '@movable-pages/conformance';
import type { Command } from 'commander';
import type { Api } from './api.js';
import { wholeNumber } from './arguments.js';
import { UsageError } from './coded-error.js';
import { exitCodeOf, INTERRUPTED, worst } from './exit-code.js';
import type { Io } from './io.js';

/** What `verify` was asked. @since 0.1.0 */
export interface VerifyFlags {
  readonly file?: string;
  readonly full?: boolean;
  readonly seed?: number;
  readonly workers?: number;
}

/** Problems of one kind that are shown; the rest is counted. */
const SHOWN = 10;

/** Adds the command to a program. */
export function addVerifyCommand(
  program: Command,
  act: (run: (io: Io, api: Api) => Promise<number>) => Promise<void>,
): void {
  program
    .command('verify')
    .description('check a certificate: run a sample of its work units again')
    .argument('<certificate>', 'the file that check --certificate wrote')
    .option('--full', 'run all work units again')
    .option('--seed <number>', 'choose the sample by this number instead of by chance', wholeNumber)
    .option('--file <file>', 'load the driver from this file')
    .option('--workers <number>', 'worker threads', wholeNumber)
    .action((certificate: string, flags: VerifyFlags) =>
      act((io, api) => verifyCommand(certificate, flags, io, api)),
    );
}

/**
 * Checks a certificate: exits with 1 if it does not hold, otherwise with what the check exited with that it certifies.
 *
 * @since 0.1.0
 */
async function verifyCommand(path: string, flags: VerifyFlags, io: Io, api: Api): Promise<number> {
  const { readCertificate } = await import('@movable-pages/conformance');
  const certificate = readCertificate(readText(resolve(io.cwd, path), path), path);
  const { full = false, seed = io.chance(), ...where } = flags;
  const { problems, rerun, units, large } = await api.verifyCertificate(certificate, {
    cwd: io.cwd,
    full,
    seed,
    today: io.today(),
    ...where,
    ...(io.signal === undefined ? {} : { signal: io.signal }),
  });
  if (io.signal?.aborted === true) {
    io.err('interrupted before the certificate was checked\n');
    return INTERRUPTED;
  }
  for (const { code, message } of problems.slice(0, SHOWN)) io.out(`${code}: ${message}\n`);
  if (problems.length > SHOWN) io.out(`and ${problems.length - SHOWN} more\n`);
  const how = full ? 'all of them' : `sample ${seed}; --full runs all of them`;
  const again = `${rerun} of ${units} work units run again (${how})`;
  if (problems.length > 0) {
    io.out(`${path}: does not hold; ${again}\n`);
    return 1;
  }
  const { budget, seed: of, profiles } = certificate;
  io.out(`${path}: holds; ${again}\n`);
  io.out(`budget ${budget}, seed ${of}, ${profiles.join(' and ')}\n`);
  if (!full && large > 0)
    io.out(`${large} of the work units are too large for a sample, which runs their beginning only\n`);
  for (const line of whatHolds(certificate)) io.out(`${line}\n`);
  return worst(certificate.drivers.map(exitCodeOf));
}

/** What a certificate that holds says of each driver, with what it leaves out. */
function whatHolds({ drivers, selection, waivers }: Certificate): string[] {
  return drivers.map(({ name, version, outcome, rules, totals }) => {
    const pass = rules.filter(({ status }) => status === 'pass').length;
    const left = [
      ...(selection === null ? [] : ['of a selection']),
      ...waivers.map(({ rule, until, reason }) => `${rule} disabled until ${until}: ${reason}`),
    ];
    const partial = left.length === 0 ? '' : `partial verdict (${left.join('; ')}): `;
    const word = outcome === 'partial' ? '' : `${outcome.replace('-', ' ')}: `;
    return `${name} ${version}: ${partial}${word}${pass} of ${rules.length} rules pass in ${totals.executions.toLocaleString('en')} schedules`;
  });
}

function readText(path: string, name: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = String((error as NodeJS.ErrnoException).message).split(',')[0]!;
    throw new UsageError(
      'MP_USAGE',
      `${name} cannot be read (${why}); give the file that check --certificate wrote`,
      {
        cause: error,
      },
    );
  }
}
