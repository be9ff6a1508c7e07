import { existsSync } from 'node:fs';

/** The built worker: sources cannot run in a worker thread, so the tests of this repository use the build as well. */
export function workerFile(): string {
  const built = new URL('../worker.js', import.meta.url);
  return (existsSync(built) ? built : new URL('../../dist/worker.js', import.meta.url)).href;
}
