/**
 * Runs the pnpm version that package.json pins in `config.pnpmVersion`, through npx, so that nobody has to install it.
 *
 *     node tools/pnpm.mjs add -D something --filter @movable-pages/core
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** @returns {string} the pinned version, such as `12.21.0` */
export function pnpmVersion() {
  return JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).config.pnpmVersion;
}

/**
 * Starts pnpm without asking anything.
 *
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export function spawnPnpm(args, options = {}) {
  const windows = process.platform === 'win32';
  return spawn(windows ? 'npx.cmd' : 'npx', ['--yes', `pnpm@${pnpmVersion()}`, ...args], {
    cwd: root,
    shell: windows,
    ...options,
    // npm's own warnings about other people's settings are noise here; `CI` keeps pnpm from asking questions.
    env: {
      ...process.env,
      CI: 'true',
      npm_config_update_notifier: 'false',
      npm_config_loglevel: 'error',
      ...options.env,
    },
  });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const child = spawnPnpm(process.argv.slice(2), { stdio: 'inherit' });
  child.on('error', (error) => {
    process.stderr.write(`pnpm: could not start npx (${error.message}). Is npm installed and on the PATH?\n`);
    process.exitCode = 1;
  });
  child.on('close', (code) => {
    process.exitCode = code ?? 1;
  });
}
