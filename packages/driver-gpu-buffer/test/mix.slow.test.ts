import {
  allocSameNode,
  isolateMovablePage,
  linux61,
  MigrateMode,
  MigrateReason,
  migratePages,
  putbackMovablePages,
  random,
  type Op,
  type Page,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { expect, test } from 'vitest';
import type { GpuBuffer } from '../src/index.ts';
import { buffersOn, leftOver, type Scene } from './scene.fixture.ts';

const OPERATIONS = 1_000_000;
const MODES = [MigrateMode.async, MigrateMode.syncLight, MigrateMode.sync, MigrateMode.syncNoCopy];

/** What a buffer must hold, and how often it is pinned. */
interface Shadow {
  value: number;
  pins: number;
}

/** Migrates the pages of a buffer, or gives them back; gives how many were moved. */
function* move({ kernel }: Scene, buffer: GpuBuffer): Op<number> {
  const list = kernel.lists.create('isolated', 'vm');
  for (const page of [...buffer.pages] as (Page | null)[]) {
    if (page !== null && (yield* isolateMovablePage(page, 0)) === 0) list.add(page);
  }
  const isolated = list.length;
  const mode = MODES[random(MODES.length + 1)];
  let rc = isolated;
  if (mode !== undefined && isolated > 0) {
    rc = yield* migratePages(list, {
      getNewPage: allocSameNode,
      freePage: null,
      mode,
      reason: MigrateReason.compaction,
    });
  }
  if (rc !== 0) yield* putbackMovablePages(list);
  list.dispose();
  return isolated - rc;
}

test('a million operations keep every word, and leave nothing behind', () => {
  const scene = buffersOn(
    { buffers: 8, pages: 4, copyEngine: true },
    { profile: linux61, tracked: false, nodes: [30], pageSize: 64, seed: 7 },
  );
  const { kernel, gpu } = scene;
  const counts = { moved: 0, evicted: 0, jobs: 0, refused: 0, checked: 0 };
  runDirect(kernel.machine, function* () {
    const shadows = new Map<GpuBuffer, Shadow>();
    for (let left = OPERATIONS; left > 0; left--) {
      const buffer = gpu.buffers[random(gpu.buffers.length)]!;
      const shadow = shadows.get(buffer);
      const what = random(100);
      if (shadow === undefined) {
        const made = yield* gpu.create();
        shadows.set(made!, { value: 0, pins: 0 });
      } else if (what < 25) {
        const operand = random(1 << 20);
        const kind = random(2) === 0 ? 'fill' : 'add';
        if (yield* gpu.submit(buffer, kind, operand)) {
          shadow.value = kind === 'fill' ? operand : (shadow.value + operand) | 0;
          counts.jobs++;
        } else counts.refused++;
      } else if (what < 30) {
        shadow.value = random(1 << 20);
        yield* gpu.write(buffer, shadow.value);
      } else if (what < 45) {
        counts.moved += yield* move(scene, buffer);
      } else if (what < 50) {
        counts.evicted += yield* gpu.shrink(1 + random(8));
      } else if (what < 55) {
        if ((yield* gpu.pin(buffer)) !== null) shadow.pins++;
      } else if (what < 65) {
        if (shadow.pins > 0) {
          yield* gpu.unpin(buffer);
          shadow.pins--;
        }
      } else if (what < 67 && shadow.pins === 0) {
        yield* gpu.destroy(buffer);
        shadows.delete(buffer);
      } else {
        const words = yield* gpu.read(buffer);
        if (words.some((word) => word !== shadow.value))
          throw new Error(`${String(words)} is read, ${shadow.value} was written`);
        counts.checked++;
      }
    }
    for (const [buffer, { value, pins }] of shadows) {
      expect(yield* gpu.read(buffer)).toEqual([value, value, value, value]);
      for (let pin = 0; pin < pins; pin++) yield* gpu.unpin(buffer);
    }
    yield* gpu.unload();
  });
  expect(leftOver(scene)).toEqual([]);
  expect(counts.refused).toBeGreaterThan(1000);
  expect(counts.moved).toBeGreaterThan(50_000);
  expect(counts.evicted).toBeGreaterThan(10_000);
  expect(counts.checked).toBeGreaterThan(100_000);
});
