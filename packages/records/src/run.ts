import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { linux61 } from '@movable-pages/core';
import { judgeRecord } from './judge-record.js';
import { loadRecords } from './load-records.js';
import { playRecord } from './play-record.js';
import { RecordsError } from './records-error.js';
import { jsonReport, sumOf, textReport } from './report.js';

/** Where a run writes to. */
export interface Output {
  out(text: string): void;
  err(text: string): void;
}

const USAGE = 'npm run records -- DIR [--format terminal|json] [--out FILE]';

/**
 * Plays the records of a folder and reports.
 *
 * @param argv What follows the name of the command.
 * @returns The exit code: 0 all agree, 1 some do not, 2 could not run.
 */
export function run(argv: readonly string[], { out, err }: Output): number {
  try {
    const { folder, format, file } = parse(argv);
    const played = loadRecords(folder).map((record) => judgeRecord(record, playRecord(record)));
    const report = format === 'json' ? jsonReport(linux61.name, played) : textReport(played);
    if (file === undefined) out(report);
    else {
      write(file, report);
      out(textReport(played));
    }
    const { agree, records } = sumOf(played);
    return agree === records ? 0 : 1;
  } catch (error) {
    if (!(error instanceof RecordsError)) throw error;
    err(`error ${error.code}: ${error.message}\n`);
    return 2;
  }
}

function parse(argv: readonly string[]): { folder: string; format: string; file: string | undefined } {
  try {
    const { positionals, values } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { format: { type: 'string', default: 'terminal' }, out: { type: 'string' } },
    });
    const [folder, ...rest] = positionals;
    if (folder === undefined || rest.length > 0) throw new Error('name one folder of records');
    if (values.format !== 'terminal' && values.format !== 'json')
      throw new Error(`there is no format ${values.format}`);
    return { folder, format: values.format, file: values.out };
  } catch (error) {
    throw new RecordsError('MP_USAGE', `${(error as Error).message}; usage: ${USAGE}`, { cause: error });
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const why = String((error as NodeJS.ErrnoException).message).split(',')[0]!;
    throw new RecordsError(
      'MP_CANNOT_WRITE',
      `the report cannot be written to ${file} (${why}); give --out a file in a folder that exists`,
      { cause: error },
    );
  }
}
