import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { root } from './repository.ts';

const run = promisify(execFile);

/**
 * Runs the text of a module in a process of its own, with the built packages, and gives what it printed as JSON: workers
 * that the suite starts do not start in those of the test runner.
 */
export async function runModule<T>(text: string): Promise<T> {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', text], {
    cwd: path.join(root, 'packages/cli'),
  });
  return JSON.parse(stdout) as T;
}
