#!/usr/bin/env node
import { randomInt } from 'node:crypto';
import { writeSync } from 'node:fs';
import { resolve } from 'node:path';
import pc from 'picocolors';
import { run } from './run.js';
import { refuseUnwritable, writeWhole } from './write-file.js';

const interrupt = new AbortController();
let asked = false;
process.on('SIGINT', () => {
  if (asked) process.exit(130);
  asked = true;
  if (process.stderr.isTTY)
    process.stderr.write('\ninterrupted: ending the search; once more to stop at once\n');
  interrupt.abort();
});
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever read the report has read enough; the exit code stays what it is.
  if (error.code !== 'EPIPE') throw error;
});

let done = false;
process.on('exit', () => {
  // Only settings run here, beside our own code.
  if (done || asked) return;
  const what = 'the settings end the process, or wait for what never comes';
  writeSync(2, `error MP_BAD_CONFIG: the command ended before it was done: ${what}; let them do neither\n`);
  process.exitCode = 2;
});

const code = await run(
  process.argv.slice(2),
  {
    cwd: process.cwd(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    columns: process.stdout.isTTY ? process.stdout.columns : undefined,
    color: process.stdout.isTTY && pc.isColorSupported,
    progress: process.stderr.isTTY,
    signal: interrupt.signal,
    refuseUnwritable,
    today: () => new Date().toISOString().slice(0, 10),
    chance: () => randomInt(1, 1_000_000),
    writeFile: (path, text) => writeWhole(resolve(path), text),
  },
  {
    checkModule: async (...args) => (await import('@movable-pages/conformance')).checkModule(...args),
    beginCheckpoint: async (...args) =>
      (await import('@movable-pages/conformance')).Checkpoint.begin(...args),
    resumeCheckpoint: async (...args) =>
      (await import('@movable-pages/conformance')).Checkpoint.resume(...args),
    mergeCheckpoints: async (...args) =>
      (await import('@movable-pages/conformance')).mergeCheckpoints(...args),
    mutateModule: async (...args) => (await import('@movable-pages/mutate')).mutateModule(...args),
    certify: async (...args) => (await import('@movable-pages/conformance')).certify(...args),
    verifyCertificate: async (...args) =>
      (await import('@movable-pages/conformance')).verifyCertificate(...args),
    loadModule: async (...args) => (await import('@movable-pages/conformance')).loadModule(...args),
    replayToken: async (...args) => (await import('@movable-pages/conformance')).replayToken(...args),
    museum: () => import('@movable-pages/museum'),
  },
);

done = true;
// A worker whose driver threw behind its back may never end: once all is written, it is not waited for.
process.stderr.write('', () => process.stdout.write('', () => process.exit(code)));
