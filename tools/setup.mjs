/**
 * Makes a clean clone ready with nothing but Node and npm; takes a moment when everything is ready already.
 *
 *     node tools/setup.mjs                    install dependencies if they are not those of the lockfile
 *     node tools/setup.mjs --build            the same, then compile the packages
 *     node tools/setup.mjs --update-lockfile  install after a package.json changed, and write pnpm-lock.yaml
 *
 * Built-ins only, since it runs before anything is installed. Standard output stays empty: what is said goes to
 * standard error, and in a pipe only failures are said.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { pnpmVersion, root, spawnPnpm } from './pnpm.mjs';

const say = (text) => process.stderr.write(`setup: ${text}\n`);

function fail(what, todo) {
  say(what);
  for (const line of todo) process.stderr.write(`  ${line}\n`);
  process.exit(1);
}

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

function checkNode() {
  const wanted = readJson(path.join(root, 'package.json')).engines.node.replace('>=', '');
  const [major, minor = 0] = wanted.split('.').map(Number);
  const [haveMajor, haveMinor] = process.versions.node.split('.').map(Number);
  if (haveMajor > major || (haveMajor === major && haveMinor >= minor)) return;
  fail(`Node ${wanted} or newer is needed; this is Node ${process.versions.node}.`, [
    'Install a newer Node and run the same command again.',
  ]);
}

/** Every folder of the workspace that has a package.json, the root first. */
function workspaceFolders() {
  const children = (dir) => {
    const full = path.join(root, dir);
    return existsSync(full) ? readdirSync(full).map((name) => path.join(dir, name)) : [];
  };
  return ['', ...children('packages'), ...children('examples'), 'docs', 'test']
    .filter((dir) => existsSync(path.join(root, dir, 'package.json')))
    .sort();
}

/** A digest of everything that decides what `node_modules` holds. */
function wantedStamp() {
  const hash = createHash('sha256');
  hash.update(`${process.platform} ${process.arch} node${process.versions.modules} pnpm${pnpmVersion()}\n`);
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    ...workspaceFolders().map((dir) => path.join(dir, 'package.json')),
  ];
  for (const file of files) {
    const full = path.join(root, file);
    const text = existsSync(full) ? readFileSync(full, 'utf8').replaceAll('\r\n', '\n') : '';
    hash.update(`${file.replaceAll('\\', '/')}\n${text.length}\n${text}\n`);
  }
  return hash.digest('hex');
}

/** Folders whose dependencies vanished since the stamp was written. */
function missingModules() {
  return workspaceFolders().filter((dir) => {
    const { dependencies, devDependencies } = readJson(path.join(root, dir, 'package.json'));
    const needed = Object.keys({ ...dependencies, ...devDependencies });
    return needed.length > 0 && !existsSync(path.join(root, dir, 'node_modules'));
  });
}

/** Waits for a process and collects what it says; on a terminal, shows that something is going on. */
function finish(child, label) {
  return new Promise((resolve) => {
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    const started = Date.now();
    const line = () =>
      process.stderr.write(`\r\x1b[2Ksetup: ${label} ${Math.round((Date.now() - started) / 1000)} s`);
    const timer = process.stderr.isTTY ? setInterval(line, 500) : undefined;
    const end = (code, text) => {
      clearInterval(timer);
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
      resolve({ code, output: text });
    };
    child.on('error', (error) => end(-1, error.message));
    child.on('close', (code) => end(code ?? 1, output));
  });
}

const tail = (output, count) => output.trimEnd().split('\n').slice(-count);

async function install(frozen) {
  const stampFile = path.join(root, 'node_modules', '.movable-pages-setup');
  const stamp = existsSync(stampFile) ? readFileSync(stampFile, 'utf8') : '';
  if (frozen && stamp === wantedStamp() && missingModules().length === 0) return;

  rmSync(stampFile, { force: true });
  const args = ['install', frozen ? '--frozen-lockfile' : '--no-frozen-lockfile'];
  const child = spawnPnpm(args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const { code, output } = await finish(child, 'installing dependencies');
  if (code === -1) {
    fail(`npx could not be started (${output}).`, [
      'Install npm (it comes with Node) and run the same command again.',
    ]);
  }
  if (code !== 0) {
    const outdated = /ERR_PNPM_OUTDATED_LOCKFILE|frozen-lockfile/.test(output);
    fail(`pnpm ${pnpmVersion()} could not install the dependencies (exit code ${code}). Its last lines:`, [
      ...tail(output, 15),
      '',
      outdated
        ? 'A package.json changed and pnpm-lock.yaml did not: run `node tools/setup.mjs --update-lockfile`.'
        : 'Check the network and the npm registry setting (`npm ping`), then run the same command again.',
    ]);
  }
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, wantedStamp());
}

const listFiles = (dir) =>
  existsSync(dir)
    ? readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => path.relative(dir, path.join(entry.parentPath ?? entry.path, entry.name)))
    : [];

/**
 * Brings `dist` in step with `src` where the compiler does not: output of deleted sources goes, and where output is
 * missing the compiler has to forget that it wrote it (it looks at its build information only).
 */
function tidyOutput() {
  for (const dir of workspaceFolders().filter((folder) => folder.startsWith('packages'))) {
    const at = (...parts) => path.join(root, dir, ...parts);
    const sources = new Set(
      listFiles(at('src'))
        .filter((file) => /(?<!\.test|\.fixture|\.d)\.ts$/.test(file))
        .map((file) => file.slice(0, -'.ts'.length)),
    );
    const written = new Set();
    for (const file of listFiles(at('dist'))) {
      const stem = file.replace(/(\.d\.ts|\.js|\.js\.map)$/, '');
      if (sources.has(stem)) written.add(file);
      else rmSync(at('dist', file));
    }
    const complete = [...sources].every((stem) => written.has(`${stem}.js`) && written.has(`${stem}.d.ts`));
    if (!complete) rmSync(at('.tsbuildinfo'), { force: true });
  }
}

async function build() {
  tidyOutput();
  const compiler = path.join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const pretty = process.stderr.isTTY ? ['--pretty'] : [];
  const child = spawn(process.execPath, [compiler, '-b', ...pretty], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { code, output } = await finish(child, 'compiling');
  if (code === 0) return;
  process.stderr.write(output);
  fail('the packages do not compile (see above).', ['Correct the errors and run the same command again.']);
}

const known = new Set(['--build', '--update-lockfile']);
const flags = process.argv.slice(2);
const unknown = flags.filter((flag) => !known.has(flag));
if (unknown.length > 0) fail(`unknown argument ${unknown.join(' ')}.`, [`Known: ${[...known].join(' ')}`]);

checkNode();
await install(!flags.includes('--update-lockfile'));
if (flags.includes('--build')) await build();
