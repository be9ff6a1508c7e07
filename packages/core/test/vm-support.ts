import { explore, Monitor, type ExploreOptions, type ViolationSink } from '@movable-pages/explore';
import type { KThread } from '@movable-pages/machine';
import { expect } from 'vitest';
import {
  allocSameNode,
  countIsolated,
  exitMm,
  Gfp,
  isolateLruPage,
  Kernel,
  MigrateMode,
  MigrateReason,
  migratePages,
  mmap,
  putbackMovablePages,
  quiescentBreaches,
  runningBreaches,
  userWrite,
  type AddressSpace,
  type KernelOptions,
  type MigrateRequest,
  type Mm,
  type Op,
  type Page,
  type PageList,
} from '../src/index.ts';
import { addToPageCache } from '../src/mapping/page-cache.ts';
import { mapsFrame, pteNumber } from '../src/mapping/pte.ts';

/** A kernel with room for a few small address spaces. */
export function vmKernel(options: KernelOptions = {}): Kernel {
  return new Kernel({
    nodes: [12],
    pageSize: 16,
    ptesPerTable: 4,
    spareWords: 2048,
    cpus: 4,
    ...options,
  });
}

/** What a process of a test has. */
interface ProcessOptions {
  readonly shared?: boolean;
  /** Word 0 of the first page. */
  readonly value?: number;
  /** Write the pages. Default true. */
  readonly touch?: boolean;
  readonly name?: string;
  /** What the area maps. */
  readonly object?: AddressSpace;
}

/** A process with an area whose pages are written: page i has `value + i` in word 0. */
export function* processWith(
  kernel: Kernel,
  pages: number,
  { shared = false, value = 100, touch = true, name = 'parent', object }: ProcessOptions = {},
): Op<{ mm: Mm; start: number }> {
  const mm = kernel.mms.createMm(name);
  const start = yield* mmap(mm, { pages, shared, ...(object === undefined ? {} : { object }) });
  const touched = touch ? pages : 0;
  for (let i = 0; i < touched; i++) yield* userWrite(mm, start + i, 0, value + i);
  yield* kernel.lru.drainAll();
  return { mm, start };
}

/** A page of a file, on the LRU, that only the file holds. */
export function* filePage(kernel: Kernel, file: AddressSpace, index = 0, flags = 0): Op<Page> {
  const page = (yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!;
  yield* page.lock();
  yield* addToPageCache(page, file, index);
  if (flags !== 0) yield* page.setFlags(flags);
  yield* page.unlock();
  yield* kernel.lru.cacheAdd(page);
  yield* kernel.lru.drainAll();
  yield* page.put();
  return page;
}

/** The page that a process has at a place, as it is. */
export function pageAt(mm: Mm, vpn: number): Page {
  const pte = mm.peekPte(vpn);
  if (!mapsFrame(pte)) throw new Error(`${mm.name} has no page at ${vpn}`);
  return mm.kernel.page(pteNumber(pte));
}

/** Isolates a page that the caller need not hold, as a scanner does: looks it up, isolates it, lets go of the look-up. */
export function* isolateFor(list: PageList, page: Page): Op<boolean> {
  if (!(yield* page.tryGet())) return false;
  const isolated = (yield* isolateLruPage(page)) === 0;
  if (isolated) {
    countIsolated(page, 1);
    list.addTail(page);
  }
  yield* page.put();
  return isolated;
}

/** How {@link migrateThese} migrates. */
export interface Migration extends Partial<MigrateRequest> {
  /** Drain the add caches before. Default true. */
  readonly drain?: boolean;
}

/** Isolates pages, migrates them and puts the rest back. Gives what `migratePages` said, or null if nothing was isolated. */
export function* migrateThese(
  kernel: Kernel,
  pages: readonly Page[],
  how: Migration = {},
): Op<number | null> {
  const list = kernel.lists.create('to migrate', 'vm');
  if (how.drain ?? true) yield* kernel.lru.drainAll();
  for (const page of pages) yield* isolateFor(list, page);
  let rc: number | null = null;
  if (list.first() !== null) {
    rc = yield* migratePages(list, {
      getNewPage: allocSameNode,
      freePage: null,
      mode: MigrateMode.sync,
      reason: MigrateReason.compaction,
      ...how,
    });
    yield* putbackMovablePages(list);
  }
  list.dispose();
  return rc;
}

/** Judges every execution of a program of the VM. */
export class VmMonitor extends Monitor {
  /** How many executions ended well. */
  complete = 0;
  private sink: ViolationSink | null = null;

  constructor(
    private readonly kernel: Kernel,
    /** What else must hold at the end; gives complaints. */
    private readonly atEnd: () => string[] = () => [],
    private readonly foreign: () => ReadonlyMap<number, number> = () => new Map(),
  ) {
    super();
  }

  override begin(sink: ViolationSink): void {
    this.sink = sink;
  }

  override step(thread: KThread): void {
    this.report(runningBreaches(this.kernel), thread.name);
  }

  override quiesce(): void {
    this.complete++;
    this.report([...quiescentBreaches(this.kernel, this.foreign()), ...this.atEnd()], 'nobody');
  }

  private report(breaches: readonly string[], thread: string): void {
    if (breaches.length === 0) return;
    this.sink!.report({
      kind: 'monitor',
      code: 'MP_VM_BREACH',
      message: breaches.join('; '),
      subject: breaches[0]!.replace(/\d+/g, 'n'),
      thread,
      scope: null,
      party: 'vm',
      details: {},
    });
  }
}

/** Explores a kernel whose threads are declared, and expects that nothing is found. Gives the figures. */
export function exploreVm(kernel: Kernel, monitor: VmMonitor, options: ExploreOptions) {
  kernel.machine.seal();
  const result = explore({ machine: kernel.machine, monitors: [monitor] }, { search: 'bounded', ...options });
  for (const found of result.found)
    throw new Error(
      `${found.violation.code}: ${found.violation.message}\n${found.counterexample.trace
        .map((entry) => `${entry.thread.padEnd(10)} ${entry.text} ${entry.result ?? ''}`)
        .join('\n')}`,
    );
  expect(monitor.complete).toBe(result.executions);
  return result;
}

/** Ends processes and expects that all memory is free again. */
export function* endAll(kernel: Kernel, ...mms: Mm[]): Op<void> {
  for (const mm of mms) yield* exitMm(mm);
  yield* kernel.lru.drainAll();
}
