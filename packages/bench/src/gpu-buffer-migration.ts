import { buildDriver, definitionOf, Kernel, type Op, type Page } from '@movable-pages/core';
import { GpuBufferDriver, type GpuBuffer } from '@movable-pages/driver-gpu-buffer';
import { runDirect } from '@movable-pages/machine';
import { bestOf, grouped, say } from './measure.js';
import { migrateAll } from './migrate-all.js';
import { rawCopy } from './raw-copy.js';

const BUFFERS = 8;
const PAGES = 512;
const PAGE_SIZE = 4096;
/** Pages that are copied beside: more than the processor's caches hold, as with the simulated memory. */
const COPIED = 16_384;
const ROUNDS = 5;

/**
 * Migrates the pages of GPU buffers in bulk under the direct executor, the device's page table with them, beside copying
 * pages by the fastest means there is: the figure is the ratio.
 */
export function gpuBufferMigration(): void {
  const pages = BUFFERS * PAGES;
  const kernel = new Kernel({ nodes: [pages * 3], pageSize: PAGE_SIZE, tracked: false });
  const options = { buffers: BUFFERS, pages: PAGES };
  const gpu = buildDriver(kernel, definitionOf(GpuBufferDriver)!, options).driver as GpuBufferDriver;
  kernel.machine.seal();
  const buffers = runDirect(kernel.machine, function* (): Op<GpuBuffer[]> {
    const made: GpuBuffer[] = [];
    for (let i = 0; i < BUFFERS; i++) {
      const buffer = (yield* gpu.create())!;
      yield* gpu.submit(buffer, 'fill', i);
      made.push(buffer);
    }
    return made;
  }).value;
  const migration = bestOf(ROUNDS, () => {
    const present = buffers.flatMap((buffer) => [...buffer.pages] as Page[]);
    runDirect(kernel.machine, () => migrateAll(kernel, present));
  });
  runDirect(kernel.machine, function* (): Op<void> {
    for (const [i, buffer] of buffers.entries()) {
      if ((yield* gpu.read(buffer)).some((word) => word !== i))
        throw new Error(`buffer ${i} lost its contents`);
    }
  });
  const copying = bestOf(ROUNDS, rawCopy(COPIED, PAGE_SIZE));
  say(`migration of ${grouped(pages)} pages of GPU buffers (direct executor, best of ${ROUNDS})`);
  say(`  migrated   ${grouped(pages / migration)} pages/s`);
  say(`  raw copy   ${grouped(COPIED / copying)} pages/s`);
  say(`  ratio      ${(pages / migration / (COPIED / copying)).toFixed(3)}`);
}
