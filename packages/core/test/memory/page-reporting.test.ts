import { explore, Monitor, type ViolationSink } from '@movable-pages/explore';
import { runDirect, yieldNow, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  checkMemory,
  Errno,
  Gfp,
  Kernel,
  memoryBreaches,
  PageReporting,
  type FreeBlock,
  type KernelOptions,
  type Page,
} from '../../src/index.ts';
import { smallKernel } from '../support.ts';

/** A kernel with blocks of up to four pages, and a device that hears of those of two and more. */
function reportingKernel(options: KernelOptions = {}, report?: (blocks: readonly FreeBlock[]) => Op<number>) {
  const kernel = new Kernel({
    nodes: [16],
    pageSize: 64,
    buddy: { pageBlockOrder: 1, maxOrder: 2, minFreeKbytes: 0 },
    ...options,
  });
  const heard: string[] = [];
  const device = {
    name: 'host',
    *report(blocks: readonly FreeBlock[]): Op<number> {
      heard.push(blocks.map(({ pfn, order }) => `${pfn}/${order}`).join(' '));
      return report === undefined ? 0 : yield* report(blocks);
    },
  };
  const reporting = kernel.machine.construct(() => new PageReporting(kernel, device, { capacity: 2 }));
  const [zone] = kernel.memory.zones;
  const marked = () =>
    Array.from({ length: kernel.frames.count }, (_, pfn) => pfn).filter((pfn) =>
      zone!.buddy!.areas.isReported(pfn),
    );
  return { kernel, reporting, heard, marked };
}

/** Lets the worker do what it can. */
function* settle(): Op<void> {
  for (let turn = 0; turn < 4; turn++) yield* yieldNow();
}

describe('page reporting', () => {
  it('tells of every free block once, a few at a time, and marks it', () => {
    const { kernel, reporting, heard, marked } = reportingKernel();
    runDirect(kernel.machine, function* () {
      expect(yield* reporting.register()).toBe(0);
      yield* settle();
    });
    expect(heard).toEqual(['0/2 4/2', '8/2 12/2']);
    expect(marked()).toEqual([0, 4, 8, 12]);
    checkMemory(kernel);
  });

  it('forgets what it told when somebody takes a part of a block, and tells again when it is whole', () => {
    const { kernel, reporting, heard, marked } = reportingKernel();
    runDirect(kernel.machine, function* () {
      yield* reporting.register();
      yield* settle();
      heard.length = 0;
      const page = (yield* kernel.allocator.allocPage())!;
      expect(marked()).toEqual([4, 8, 12]);
      yield* settle();
      expect(heard).toEqual([]);
      yield* page.put();
      yield* settle();
    });
    expect(heard).toEqual(['0/2']);
    expect(marked()).toEqual([0, 4, 8, 12]);
    checkMemory(kernel);
  });

  it('does not mark what the device could not report', () => {
    const { kernel, reporting, heard, marked } = reportingKernel({}, function* () {
      return -Errno.EIO;
    });
    runDirect(kernel.machine, function* () {
      yield* reporting.register();
      yield* settle();
    });
    expect(heard).toHaveLength(1);
    expect(marked()).toEqual([]);
    checkMemory(kernel);
  });

  it('leaves memory alone that is needed', () => {
    const { kernel, reporting, heard } = reportingKernel({ nodes: [4] });
    runDirect(kernel.machine, function* () {
      yield* reporting.register();
      yield* settle();
    });
    expect(heard).toEqual([]);
  });

  it('has room for one device, and none without blocks', () => {
    const device = {
      name: 'second',
      *report(): Op<number> {
        return 0;
      },
    };
    const { kernel } = reportingKernel();
    const second = kernel.machine.construct(() => new PageReporting(kernel, device));
    expect(runDirect(kernel.machine, () => second.register()).value).toBe(-Errno.EBUSY);
    const plain = smallKernel();
    const reporting = plain.machine.construct(() => new PageReporting(plain, device));
    expect(runDirect(plain.machine, () => reporting.register()).value).toBe(-Errno.ENODEV);
  });

  it('loses no memory and calls nobody late, whoever allocates, frees and goes away meanwhile', () => {
    let reports = 0;
    let late = 0;
    let used = 0;
    let gone = false;
    const { kernel, reporting } = reportingKernel({ nodes: [8] }, function* (blocks) {
      reports++;
      if (gone) late++;
      yield* yieldNow();
      for (const { pfn } of blocks) if (kernel.page(pfn).refCount !== 0) used++;
      if (gone) late++;
      return 0;
    });
    const { machine } = kernel;
    machine.construct(() => {
      machine.thread('user', { party: 'user' }, function* () {
        const pages: Page[] = [];
        for (let i = 0; i < 2; i++) {
          const page = yield* kernel.allocator.allocPage({ gfp: Gfp.atomic });
          if (page !== null) pages.push(page);
        }
        for (const page of pages) yield* page.put();
      });
      machine.thread('device', { party: 'driver' }, function* () {
        yield* reporting.register();
        yield* reporting.unregister();
        gone = true;
      });
    });
    class Conserved extends Monitor {
      override begin(): void {
        gone = false;
      }
      override quiesce(sink: ViolationSink): void {
        for (const message of memoryBreaches(kernel))
          sink.report({
            kind: 'monitor',
            code: 'LOST',
            message,
            subject: message,
            thread: null,
            scope: null,
            party: null,
            details: {},
          });
      }
    }
    machine.refusedChoices = new Set(['page allocation fails']);
    machine.seal();
    const { found, executions } = explore(
      { machine, monitors: [new Conserved()] },
      { search: 'bounded', preemptions: 2, maxExecutions: 4000, sampled: 200 },
    );
    expect(found.map(({ violation }) => violation.message)).toEqual([]);
    expect(executions).toBeGreaterThan(100);
    expect(reports).toBeGreaterThan(100);
    expect({ late, used }).toEqual({ late: 0, used: 0 });
  });
});
