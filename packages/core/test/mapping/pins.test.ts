import { runDirect, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  exitMm,
  fork,
  getUserPage,
  kernelProfiles,
  PIN_BIAS,
  quiescentBreaches,
  unpinUserPage,
  userRead,
  userWrite,
  type Page,
} from '../../src/index.ts';
import { PteBit } from '../../src/mapping/pte.ts';
import { misuse, runVm } from '../support.ts';
import { endAll, exploreVm, pageAt, processWith, vmKernel, VmMonitor } from '../vm-support.ts';

describe.each([...kernelProfiles.values()])('a pin that only reads ($name)', (profile) => {
  it('of a page that a fork shares is on a page of the process itself, where exclusive pages are marked', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm))!;
      const shared = pageAt(mm, start);
      const pinned = (yield* getUserPage(child, start, { pin: true }))!;
      expect(pinned === shared).toBe(!profile.tracksAnonExclusive);
      expect(pageAt(mm, start)).toBe(shared);
      expect(pageAt(child, start)).toBe(pinned);
      expect(pinned.readWord(0)).toBe(100);
      expect(child.peekPte(start) & PteBit.write).toBe(0);
      // What the process writes afterwards is what the device sees.
      yield* userWrite(child, start, 0, 7);
      expect(pinned.readWord(0)).toBe(profile.tracksAnonExclusive ? 7 : 100);
      expect(yield* userRead(mm, start, 0)).toBe(100);
      yield* unpinUserPage(pinned);
      expect(quiescentBreaches(kernel)).toEqual([]);
      yield* endAll(kernel, mm, child);
    });
    expect(kernel.allocator.freePages(0)).toBe(12);
  });

  it('of a page that is no longer shared copies nothing', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      yield* exitMm((yield* fork(mm))!);
      const page = pageAt(mm, start);
      expect(yield* getUserPage(mm, start, { pin: true })).toBe(page);
      expect(page.refCount).toBe(1 + PIN_BIAS);
      yield* userWrite(mm, start, 0, 7);
      expect(pageAt(mm, start) === page).toBe(profile.tracksAnonExclusive);
      yield* unpinUserPage(page);
      yield* endAll(kernel, mm);
    });
  });

  it('is what unshares, not any other reference', () => {
    const kernel = vmKernel({ profile });
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const child = (yield* fork(mm))!;
      const held = (yield* getUserPage(child, start))!;
      expect(held).toBe(pageAt(mm, start));
      yield* held.put();
      yield* endAll(kernel, mm, child);
    });
  });
});

it('references that weigh as much as a pin are none', () => {
  const kernel = vmKernel();
  const error = misuse(() =>
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = (yield* getUserPage(mm, start, { write: true, pin: true }))!;
      for (let n = 0; n < PIN_BIAS; n++) yield* page.get();
      yield* unpinUserPage(page);
      yield* unpinUserPage(page);
    }),
  );
  expect(error.code).toBe('MP_COUNTER_UNDERFLOW');
  expect(error.details).toMatchObject({
    expected: 'a pin',
    received: `${PIN_BIAS + 1} references of other kinds`,
  });
});

it('pins are counted anew in every execution', () => {
  const kernel = vmKernel();
  const pages: Page[] = [];
  const pinTwice = function* (): Op<void> {
    const { mm, start } = yield* processWith(kernel, 1);
    for (let n = 0; n < 2; n++) pages.push((yield* getUserPage(mm, start, { write: true, pin: true }))!);
  };
  runDirect(kernel.machine, pinTwice, { fresh: false });
  for (const name of ['device 1', 'device 2'])
    kernel.machine.thread(name, { party: 'vm' }, () => unpinUserPage(pages[0]!));
  const result = exploreVm(kernel, new VmMonitor(kernel), { preemptions: 1, maxExecutions: 10 });
  expect(result.executions).toBeGreaterThan(1);
});
