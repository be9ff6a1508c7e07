import { existsSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from './coded-error.js';

/**
 * Writes a file whole or not at all.
 *
 * @throws UsageError `MP_CANNOT_WRITE`.
 */
export function writeWhole(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // A link, a pipe or a device is written to, never replaced.
    if (existsSync(path) && !lstatSync(path).isFile()) {
      writeFileSync(path, text);
      return;
    }
    writeFileSync(temporary, text);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    // The rest of the message names the temporary file.
    const why = String((error as NodeJS.ErrnoException).message).split(',')[0]!;
    throw new UsageError(
      'MP_CANNOT_WRITE',
      `the report cannot be written to ${path} (${why}); give --out a file in a folder that exists`,
      {
        cause: error,
      },
    );
  }
}

/**
 * Refuses a path that certainly cannot be written.
 *
 * @throws UsageError `MP_CANNOT_WRITE`.
 */
export function refuseUnwritable(path: string): void {
  if (existsSync(dirname(path)) && !(existsSync(path) && lstatSync(path).isDirectory())) return;
  throw new UsageError(
    'MP_CANNOT_WRITE',
    `the report cannot be written to ${path}; give --out a file in a folder that exists`,
  );
}
