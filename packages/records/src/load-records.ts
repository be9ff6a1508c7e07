import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseRecord } from './parse-record.js';
import type { KernelRecord } from './record.js';
import { RecordsError } from './records-error.js';

/**
 * Reads every record of a folder (`*.json`), by name.
 *
 * @throws RecordsError `MP_NO_RECORDS` (no such folder, or nothing in it), `MP_BAD_RECORD`.
 */
export function loadRecords(folder: string): KernelRecord[] {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  } catch (error) {
    const why = String((error as NodeJS.ErrnoException).message).split(',')[0]!;
    throw new RecordsError(
      'MP_NO_RECORDS',
      `records cannot be read from ${folder} (${why}); name a folder that holds kernel records`,
      { cause: error },
    );
  }
  if (names.length === 0) {
    throw new RecordsError(
      'MP_NO_RECORDS',
      `${folder} holds no record; name a folder that holds kernel records, one .json file each`,
    );
  }
  return names.sort().map((name) => {
    const file = join(folder, name);
    return parseRecord(readFile(file), file);
  });
}

function readFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RecordsError('MP_BAD_RECORD', `${file} cannot be read; make it readable or take it out`, {
      cause: error,
    });
  }
}
