import { runDirect, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  allocContigRange,
  checkMemory,
  compactNode,
  freeContigRange,
  getUserPage,
  Gfp,
  kernelProfiles,
  mlock,
  offlinePages,
  PageFlag,
  quiescentBreaches,
  unpinUserPage,
  userRead,
  userWrite,
  type BuddyOptions,
  type Kernel,
  type KernelProfile,
  type Mm,
  type Page,
} from '../../src/index.ts';
import { runVm } from '../support.ts';
import { endAll, exploreVm, pageAt, processWith, vmKernel, VmMonitor } from '../vm-support.ts';
import { compactor } from './compaction-races.fixture.ts';

const PAGES = 64;

function machine(profile: KernelProfile, buddy: BuddyOptions = {}, nodes: number[] = [PAGES]): Kernel {
  return vmKernel({
    profile,
    nodes,
    ptesPerTable: 16,
    spareWords: 8192,
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0, ...buddy },
  });
}

/** A process whose pages lie in every second frame. */
function* scattered(kernel: Kernel, pages: number): Op<{ mm: Mm; start: number }> {
  const fillers: Page[] = [];
  for (let n = 0; n < pages; n++)
    fillers.push((yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!);
  for (const page of fillers) if (page.pfn % 2 === 1) yield* page.put();
  const process = yield* processWith(kernel, pages / 2);
  for (const page of fillers) if (page.pfn % 2 === 0) yield* page.put();
  return process;
}

/** Where a process has the page that compaction comes to first. */
function lowest(mm: Mm, start: number, pages: number): number {
  const at = Array.from({ length: pages }, (_, i) => start + i);
  return at.reduce((low, vpn) => (pageAt(mm, vpn).pfn < pageAt(mm, low).pfn ? vpn : low));
}

/** What a process reads in its pages. */
function* contents(mm: Mm, start: number, pages: number): Op<(number | null)[]> {
  const words: (number | null)[] = [];
  for (let i = 0; i < pages; i++) words.push(yield* userRead(mm, start + i, 0));
  return words;
}

const numbered = (pages: number) => Array.from({ length: pages }, (_, i) => 100 + i);

function wholeBlocks(kernel: Kernel): number {
  const { areas } = kernel.memory.zones[0]!.buddy!;
  return areas.countAll(3) + 2 * areas.countAll(4);
}

describe.each([...kernelProfiles.values()].map((profile) => ({ name: profile.name, profile })))(
  'pages of processes, $name',
  ({ profile }) => {
    it('are moved by compaction, with what they hold', () => {
      const kernel = machine(profile);
      runVm(kernel, function* () {
        const { mm, start } = yield* scattered(kernel, 48);
        const before = wholeBlocks(kernel);
        yield* compactNode(kernel, 0);
        expect(wholeBlocks(kernel)).toBeGreaterThan(before);
        expect(kernel.vmstat.read('pgmigrate_success')).toBeGreaterThan(4);
        expect(yield* contents(mm, start, 24)).toEqual(numbered(24));
        expect(quiescentBreaches(kernel)).toEqual([]);
        checkMemory(kernel);
        yield* endAll(kernel, mm);
      });
      expect(kernel.allocator.freePages(0)).toBe(PAGES);
      expect(quiescentBreaches(kernel)).toEqual([]);
    });

    it('stay while somebody has pinned them', () => {
      const kernel = machine(profile);
      runVm(kernel, function* () {
        const { mm, start } = yield* scattered(kernel, 48);
        const vpn = lowest(mm, start, 24);
        const page = (yield* getUserPage(mm, vpn, { pin: true }))!;
        yield* compactNode(kernel, 0);
        expect(pageAt(mm, vpn).pfn).toBe(page.pfn);
        expect(page.peekFlags() & PageFlag.lru).not.toBe(0);
        yield* unpinUserPage(page);
        yield* compactNode(kernel, 0);
        expect(pageAt(mm, vpn).pfn).not.toBe(page.pfn);
        yield* endAll(kernel, mm);
      });
      expect(kernel.allocator.freePages(0)).toBe(PAGES);
    });

    it.each([
      ['move', true],
      ['stay', false],
    ])('%s if they are locked in memory and compactUnevictable is %s', (_what, compactUnevictable) => {
      const kernel = machine(profile, { compactUnevictable });
      runVm(kernel, function* () {
        const { mm, start } = yield* scattered(kernel, 48);
        const vpn = lowest(mm, start, 24);
        expect(yield* mlock(mm, vpn, 1)).toBe(0);
        yield* kernel.lru.drainAll();
        const page = pageAt(mm, vpn);
        expect(page.peekFlags() & PageFlag.unevictable).not.toBe(0);
        yield* compactNode(kernel, 0);
        expect(pageAt(mm, vpn) === page).toBe(!compactUnevictable);
        yield* endAll(kernel, mm);
      });
      expect(quiescentBreaches(kernel)).toEqual([]);
    });

    it('make room for a contiguous range', () => {
      const kernel = machine(profile);
      runVm(kernel, function* () {
        const { mm, start } = yield* scattered(kernel, 48);
        expect(yield* allocContigRange(kernel, 0, 16)).toBe(0);
        for (let i = 0; i < 24; i++) expect(pageAt(mm, start + i).pfn).toBeGreaterThanOrEqual(16);
        expect(yield* contents(mm, start, 24)).toEqual(numbered(24));
        yield* freeContigRange(kernel, 0, 16);
        yield* endAll(kernel, mm);
      });
      expect(kernel.allocator.freePages(0)).toBe(PAGES);
      checkMemory(kernel);
    });

    it('go elsewhere when their memory goes offline', () => {
      const kernel = machine(profile, {}, [PAGES, PAGES]);
      runVm(kernel, function* () {
        const { mm, start } = yield* scattered(kernel, 48);
        expect(yield* offlinePages(kernel, 0, PAGES)).toBe(0);
        for (let i = 0; i < 24; i++) expect(pageAt(mm, start + i).node).toBe(1);
        expect(yield* contents(mm, start, 24)).toEqual(numbered(24));
        yield* endAll(kernel, mm);
      });
      expect([0, 1].map((node) => kernel.allocator.freePages(node))).toEqual([0, PAGES]);
      expect(quiescentBreaches(kernel)).toEqual([]);
      checkMemory(kernel);
    });

    it('are compacted beside a process that writes and one that ends, all schedules with at most one preemption', () => {
      const kernel = vmKernel({
        profile: { ...profile, passes: 4 },
        nodes: [10],
        spareWords: 2048,
        buddy: { pageBlockOrder: 1, maxOrder: 1, minFreeKbytes: 0 },
      });
      const { machine: m } = kernel;
      m.refusedChoices = new Set(['page allocation fails']);
      const made: { mm: Mm; start: number }[] = [];
      const setUp = function* (): Op<void> {
        const fillers: Page[] = [];
        for (let n = 0; n < 5; n++) {
          fillers.push((yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!);
          if (n % 2 === 0) made.push(yield* processWith(kernel, 1, { name: `process ${n}` }));
        }
        for (const page of fillers) yield* page.put();
      };
      runDirect(m, setUp, { fresh: false });
      const [first, second, third] = made as [(typeof made)[0], (typeof made)[0], (typeof made)[0]];
      const threads = [
        m.thread('compactor', { party: 'vm' }, () => compactor(2)({ kernel })),
        m.thread('writer', {}, function* () {
          yield* userWrite(first.mm, first.start, 0, 7);
          if ((yield* userRead(first.mm, first.start, 0)) !== 7) throw new Error('a lost write');
        }),
        m.thread('exiting', {}, () => endAll(kernel, second.mm)),
      ];
      m.thread('closer', { after: threads }, function* () {
        if ((yield* userRead(first.mm, first.start, 0)) !== 7) throw new Error('a lost write');
        if ((yield* userRead(third.mm, third.start, 0)) !== 100) throw new Error('spoiled contents');
        yield* endAll(kernel, first.mm, third.mm);
        checkMemory(kernel);
      });
      let moved = 0;
      kernel.events.on('mm_migrate_pages', ({ succeeded }) => (moved += succeeded));
      const result = exploreVm(kernel, new VmMonitor(kernel), { preemptions: 1, maxExecutions: 4000 });
      expect(result.completedPreemptions).toBe(1);
      expect(result.executions).toBeGreaterThan(50);
      expect(moved).toBeGreaterThan(result.executions);
    }, 60_000);
  },
);
