import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './repository.ts';

/** What a run of the command printed and how it ended. */
export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const bin = path.join(root, 'packages/cli/dist/bin.js');

/** Runs the built command as a user does, in a pipe. */
export function movablePages(
  args: readonly string[],
  options: { cwd?: string; interruptAfter?: number } = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: options.cwd ?? root });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    if (options.interruptAfter !== undefined) setTimeout(() => child.kill('SIGINT'), options.interruptAfter);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** A folder for drivers that a test writes: beside the example, so that they find `@movable-pages/core`. */
export class DriverFolder {
  private readonly base: string;

  constructor() {
    const parent = path.join(root, 'test/.drivers');
    mkdirSync(parent, { recursive: true });
    this.base = mkdtempSync(path.join(parent, 'd-'));
  }

  /** Writes a driver; gives its path from the root of the repository. */
  write(name: string, text: string): string {
    const file = path.join(this.base, name);
    writeFileSync(file, text);
    return path.relative(root, file);
  }

  /** The right driver of the example, with one piece of its text replaced. */
  changed(name: string, from: string, to: string): string {
    const text = readFileSync(path.join(root, 'examples/first-driver/src/driver.ts'), 'utf8');
    if (!text.includes(from)) throw new Error(`the example does not contain ${from}`);
    return this.write(name, text.replace(from, to));
  }

  remove(): void {
    rmSync(this.base, { recursive: true, force: true });
  }
}
