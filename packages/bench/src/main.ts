import { anonymousMigration } from './anonymous-migration.js';
import { balloon } from './balloon.js';
import { bulkMigration } from './bulk-migration.js';
import { compaction } from './compaction.js';
import { exploration } from './exploration.js';
import { zsmalloc } from './zsmalloc.js';
import { gpuBufferMigration } from './gpu-buffer-migration.js';

/** The benchmarks by name: `npm run bench -- NAME` runs one, without a name all. */
const benchmarks: Readonly<Record<string, () => void | Promise<void>>> = {
  'anonymous-migration': anonymousMigration,
  balloon,
  'bulk-migration': bulkMigration,
  compaction,
  explore: exploration,
  zsmalloc,
  gpu: gpuBufferMigration,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(benchmarks, name));
if (unknown.length > 0) {
  process.stderr.write(
    `error MP_USAGE: there is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(benchmarks).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  for (const [name, benchmark] of Object.entries(benchmarks))
    if (wanted.length === 0 || wanted.includes(name)) await benchmark();
}
