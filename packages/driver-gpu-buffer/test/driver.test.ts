import {
  Errno,
  isolateMovablePage,
  linux510,
  linux61,
  mmap,
  MigrateMode,
  putbackMovablePages,
  userWrite,
  exitMm,
  type Page,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { buffersOn, framesOf, leftOver } from './scene.fixture.ts';

describe.each([linux510, linux61])('the buffers on $name', (profile) => {
  it('are written by the device, read by the processor, and given back', () => {
    const scene = buffersOn({ pages: 3 }, { profile });
    const { kernel, gpu } = scene;
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = (yield* gpu.create())!;
      const before = { words: yield* gpu.read(buffer), free: kernel.allocator.freePages(0) };
      yield* gpu.submit(buffer, 'fill', 40);
      yield* gpu.submit(buffer, 'add', 2);
      const after = { words: yield* gpu.read(buffer), free: kernel.allocator.freePages(0) };
      yield* gpu.destroy(buffer);
      return { before, after };
    });
    expect(value.before).toEqual({ words: [0, 0, 0], free: 8 });
    expect(value.after).toEqual({ words: [42, 42, 42], free: 5 });
    expect(leftOver(scene)).toEqual([]);
  });

  it('move under the device, which goes on at the new pages', () => {
    const { kernel, gpu, vmRound, make } = buffersOn({}, { profile });
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = yield* make(7);
      const from = framesOf(buffer);
      const rc = yield* vmRound(MigrateMode.sync);
      yield* gpu.submit(buffer, 'add', 1);
      return { rc, from, to: framesOf(buffer), words: yield* gpu.read(buffer) };
    });
    expect(value).toMatchObject({ rc: 0, words: [8, 8] });
    expect(value.to.filter((pfn) => value.from.includes(pfn))).toEqual([]);
    expect(value.from.map((pfn) => kernel.page(pfn).refCount)).toEqual([0, 0]);
  });

  it('stay while they are pinned, and can be moved afterwards', () => {
    const { kernel, gpu, vmRound, make } = buffersOn({}, { profile });
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = yield* make(7);
      const pinned = (yield* gpu.pin(buffer))!;
      const shrunk = yield* gpu.shrink();
      const stayed = [yield* vmRound(MigrateMode.sync), ...framesOf(buffer)];
      yield* gpu.unpin(buffer);
      return {
        pinned: pinned.map(({ pfn }: Page) => pfn),
        shrunk,
        stayed,
        moved: yield* vmRound(MigrateMode.sync),
      };
    });
    // -1: nothing could be isolated.
    expect(value).toEqual({ pinned: [0, 1], shrunk: 0, stayed: [-1, 0, 1], moved: 0 });
  });
});

describe('a busy device', () => {
  it.each([
    ['async', MigrateMode.async, 2],
    ['syncLight', MigrateMode.syncLight, 2],
    ['sync', MigrateMode.sync, 0],
  ] as const)('is waited for in SYNC only: %s', (_name, mode, rc) => {
    const { kernel, gpu, vmRound, make } = buffersOn();
    const results = new Set<unknown>();
    kernel.events.on('driver_migrate', ({ result }) => results.add(result));
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = yield* make(7);
      yield* gpu.read(buffer);
      // The direct executor runs nobody else before this thread blocks, so the job stays in flight until then.
      yield* gpu.submit(buffer, 'fill', 8);
      const result = yield* vmRound(mode);
      return { result, words: yield* gpu.read(buffer) };
    });
    expect(value).toEqual({ result: rc, words: [8, 8] });
    expect([...results]).toEqual([rc === 0 ? 0 : -Errno.EAGAIN]);
  });
});

describe('SYNC_NO_COPY', () => {
  it.each([
    [false, 2, -Errno.EINVAL],
    [true, 0, 0],
  ])('with a copy engine: %s', (copyEngine, rc, result) => {
    const { kernel, gpu, vmRound, make } = buffersOn({ copyEngine });
    const results = new Set<unknown>();
    kernel.events.on('driver_migrate', (event) => results.add(event.result));
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = yield* make(7);
      return { rc: yield* vmRound(MigrateMode.syncNoCopy), words: yield* gpu.read(buffer) };
    });
    expect(value).toEqual({ rc, words: [7, 7] });
    expect([...results]).toEqual([result]);
  });
});

describe('memory pressure', () => {
  it('takes the pages of buffers at rest, and their contents come back', () => {
    const scene = buffersOn();
    const { kernel, gpu, make } = scene;
    const { value } = runDirect(kernel.machine, function* () {
      const buffers = [yield* make(7), yield* make(8)];
      for (const buffer of buffers) yield* gpu.read(buffer);
      const shrunk = [yield* gpu.shrink(1), yield* gpu.shrink(), yield* gpu.shrink()];
      const swapped = { free: kernel.allocator.freePages(0), words: yield* gpu.read(buffers[0]!) };
      yield* gpu.write(buffers[1]!, 80);
      for (const buffer of buffers) yield* gpu.submit(buffer, 'add', 1);
      const words = [yield* gpu.read(buffers[0]!), yield* gpu.read(buffers[1]!)];
      return { shrunk, swapped, words };
    });
    expect(value.shrunk).toEqual([2, 2, 0]);
    expect(value.swapped).toEqual({ free: 8, words: [7, 7] });
    expect(value.words).toEqual([
      [8, 8],
      [81, 81],
    ]);
  });

  it('comes from a process that wants more than there is', () => {
    const { kernel, gpu, make } = buffersOn({}, { reclaims: true, ptesPerTable: 32 });
    const { value } = runDirect(kernel.machine, function* () {
      const buffers = [yield* make(7), yield* make(8), yield* make(9)];
      for (const buffer of buffers) yield* gpu.read(buffer);
      const mm = kernel.mms.createMm();
      const start = yield* mmap(mm, { pages: 7 });
      for (let page = 0; page < 7; page++) yield* userWrite(mm, start + page, 0, 1);
      const resident = buffers.filter(({ state }) => state.resident).length;
      const refused = yield* gpu.submit(buffers[0]!, 'add', 1);
      yield* exitMm(mm);
      const granted = yield* gpu.submit(buffers[0]!, 'add', 1);
      return { resident, refused, granted, words: yield* gpu.read(buffers[0]!) };
    });
    expect(value).toEqual({ resident: 0, refused: false, granted: true, words: [8, 8] });
  });

  it('passes over what the device is at work on', () => {
    const { kernel, gpu, make } = buffersOn();
    const { value } = runDirect(kernel.machine, function* () {
      yield* make(7);
      return yield* gpu.shrink();
    });
    expect(value).toBe(0);
    expect(gpu.inUse).toBe(1);
  });
});

describe('unloading', () => {
  it('takes back what is left', () => {
    const scene = buffersOn();
    const { kernel, gpu, workload, make } = scene;
    runDirect(kernel.machine, function* () {
      const first = yield* make(7);
      yield* gpu.read(first);
      yield* gpu.shrink();
      yield* make(8);
      yield* gpu.unload();
    });
    expect(leftOver(scene)).toEqual([]);
    expect(workload.inspect!()).toEqual({ pages: 0, objects: 0 });
  });

  it('does not wait for pages that the VM has: they are freed when the VM gives them back', () => {
    const scene = buffersOn();
    const { kernel, gpu, make } = scene;
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = yield* make(7);
      const list = kernel.lists.create('isolated', 'vm');
      for (const page of [...buffer.pages] as Page[]) {
        if ((yield* isolateMovablePage(page, 0)) === 0) list.add(page);
      }
      yield* gpu.unload();
      const free = [kernel.allocator.freePages(0)];
      yield* putbackMovablePages(list);
      return [...free, kernel.allocator.freePages(0)];
    });
    expect(value).toEqual([6, 8]);
    expect(leftOver(scene)).toEqual([]);
  });
});

describe('the workload', () => {
  it('says null when there are no more buffers', () => {
    const { kernel, workload, make } = buffersOn({ buffers: 1 });
    const { value } = runDirect(kernel.machine, function* () {
      yield* make(1);
      return yield* workload.allocate();
    });
    expect(value).toBeNull();
  });

  it('writes by the processor what the device has no pages for, and cannot pin it', () => {
    const { kernel, workload, make } = buffersOn({}, { nodes: [3] });
    const { value } = runDirect(kernel.machine, function* () {
      yield* make(1);
      const second = yield* make(2);
      return { read: yield* workload.read!(second), pinned: yield* workload.pin!(second) };
    });
    expect(value).toEqual({ read: 2, pinned: null });
    expect(workload.inspect!()).toEqual({ pages: 2, objects: 2 });
  });

  it('reads a page that differs from the others', () => {
    const { kernel, gpu, workload, make } = buffersOn();
    const { value } = runDirect(kernel.machine, function* () {
      const buffer = yield* make(5);
      yield* gpu.read(buffer);
      buffer.pages[1]!.writeWord(0, 6);
      return yield* workload.read!(buffer);
    });
    expect(value).toBe(6);
  });
});
