import { HANDLE, MachineError, MayBlock, OpKind, type Machine, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { checkNode } from './check-node.js';
import { giveReference, markTail, prepareFree, prepareNewFrame } from './frame-life.js';
import { FREE_LIST_WORDS, FreeList } from './free-list.js';
import { Gfp } from './gfp.js';
import { mayOom } from './may-oom.js';
import { MigrateType, PCP_TYPES } from './migrate-type.js';
import type { BuddyOptions } from './memory-options.js';
import type { PageRequest } from './page-request.js';
import type { Page } from './page.js';
import { ZoneAllocator } from './zone-allocator.js';
import { ZoneType } from './zone-type.js';

/** Rounds of direct reclaim that find something and still leave nothing. */
const MAX_RECLAIM_RETRIES = 16;

/** The choice that makes an allocation fail. */
export const PAGE_ALLOC_FAILS = 'page allocation fails';

/** How a page is asked for. @since 0.1.0 */
export interface AllocOptions {
  /** Node to take it from first. Default: the lowest. */
  readonly node?: number;
  /** Only from that node. */
  readonly thisNode?: boolean;
  /** Only from these nodes. */
  readonly nodeMask?: readonly number[];
  /** What the allocator may do. Default `Gfp.kernel`. */
  readonly gfp?: Gfp;
  /** What the page will be like. Default: what `gfp` says. */
  readonly migrateType?: MigrateType;
}

/** How a block of pages is asked for. @since 0.1.0 */
export interface AllocBlockOptions extends AllocOptions {
  /** The block has 2 to the power of this pages. */
  readonly order: number;
}

/**
 * Gives out and takes back pages, by node.
 *
 * Without a buddy allocator (`buddy` in {@link KernelOptions}) there are single pages only, on a list for each processor.
 * They come back into use in the order in which they were freed, so a stale pointer points to a free page for as long as
 * can be. With one there are blocks of all orders, watermarks, migrate types, and compaction for what cannot be had at once.
 *
 * @kernel mm/page_alloc.c
 * @since 0.1.0
 */
export class PageAllocator {
  declare readonly [HANDLE]: true;
  /** @internal Blocks and marks; null without a buddy allocator. */
  readonly zoneAllocator: ZoneAllocator | null;

  constructor(
    private readonly kernel: Kernel,
    /** How many processors there are. */
    readonly cpus: number,
  ) {
    const { memory } = kernel;
    this.zoneAllocator = memory.settings === null ? null : new ZoneAllocator(kernel);
    if (memory.settings === null) this.fillCpuLists();
    else if (memory.settings.perCpu !== undefined) this.makeCpuLists();
  }

  /** How many words a machine needs for the lists of its processors. */
  static words(zones: number, cpus: number, buddy: BuddyOptions | undefined): number {
    if (buddy === undefined) return zones * cpus * FREE_LIST_WORDS;
    return buddy.perCpu === undefined ? 0 : zones * cpus * PCP_TYPES * FREE_LIST_WORDS;
  }

  /** Every page on the list of a processor, turn about. */
  private fillCpuLists(): void {
    const { memory, machine, frames } = this.kernel;
    for (const zone of memory.zones) {
      const alone = memory.nodes[zone.node]!.zones.length === 1;
      const lists = Array.from({ length: this.cpus }, (_, cpu) => {
        const where =
          alone && this.cpus > 1 ? `node ${zone.node}` : alone ? `node ${zone.node} zone` : `${zone}`;
        return new FreeList(machine, frames, this.cpus === 1 ? where : `${where} cpu ${cpu}`);
      });
      for (let pfn = zone.startPfn; pfn < zone.endPfn; pfn++)
        lists[(pfn - zone.startPfn) % this.cpus]!.push(pfn);
      zone.cpuLists = lists.map((list) => [list]);
    }
  }

  private makeCpuLists(): void {
    const { memory, machine, frames } = this.kernel;
    for (const zone of memory.zones) {
      zone.cpuLists = Array.from({ length: this.cpus }, (_cpu, cpu) =>
        Array.from(
          { length: PCP_TYPES },
          (_type, type) => new FreeList(machine, frames, `${zone} cpu ${cpu} type ${type}`),
        ),
      );
    }
  }

  /** How many nodes there are. */
  get nodes(): number {
    return this.kernel.memory.nodes.length;
  }

  /** The node of a frame. */
  nodeOf(pfn: number): number {
    return this.kernel.memory.nodeOf(pfn);
  }

  /** Free pages of a node as they are. For reports; not tracked. */
  freePages(node: number): number {
    return this.kernel.memory.nodes[node]!.zones.reduce((sum, zone) => sum + zone.freePages, 0);
  }

  /**
   * Allocates one page with one reference, its words reset, its contents undefined. May sleep unless `gfp` says
   * otherwise.
   *
   * @kernel mm/page_alloc.c __alloc_pages
   * @returns The page, or null if there is none.
   * @throws MachineError `MP_SLEEP_IN_ATOMIC`, `MP_SLEEP_IN_CALLBACK`, `MP_PARAMETER` (no such node).
   */
  allocPage(options: AllocOptions = {}): Op<Page | null> {
    return this.kernel.machine.watchOp('allocPage()', this.allocSteps(options, 0));
  }

  /**
   * Allocates a block of pages next to each other. The first has one reference, the others none of their own; give the
   * block back with {@link PageAllocator.freeBlock} or make single pages of it with {@link PageAllocator.splitBlock}. May
   * sleep unless `gfp` says otherwise.
   *
   * @kernel mm/page_alloc.c __alloc_pages
   * @returns The first page, or null if there is no such block, as there never is without a buddy allocator.
   * @throws MachineError `MP_SLEEP_IN_ATOMIC`, `MP_SLEEP_IN_CALLBACK`, `MP_PARAMETER` (no such node or order).
   */
  allocPages(options: AllocBlockOptions): Op<Page | null> {
    return this.kernel.machine.watchOp('allocPages()', this.allocSteps(options, options.order));
  }

  private *allocSteps(options: AllocOptions, order: number): Op<Page | null> {
    const { machine } = this.kernel;
    const gfp: Gfp = options.gfp ?? Gfp.kernel;
    const request: PageRequest = {
      order,
      gfp,
      migrateType: options.migrateType ?? gfp.migrateType ?? MigrateType.unmovable,
      highestZone: gfp.highestZone ?? ZoneType.normal,
      node: options.node ?? 0,
      thisNode: options.thisNode === true,
      nodeMask: options.nodeMask ?? null,
    };
    this.check(request);
    if (gfp.maySleep) {
      machine.mightSleep('page allocation', false);
      if (this.kernel.pressure !== null) this.kernel.reclaim.mightReclaim();
    }
    if (machine.offersChoice(PAGE_ALLOC_FAILS) && (yield* machine.choose(PAGE_ALLOC_FAILS, 2)) === 1)
      return null;
    const pfn =
      this.zoneAllocator === null
        ? yield* this.fromCpuListsOrReclaim(request)
        : yield* this.zoneAllocator.allocate(request, this.cpu());
    if (pfn < 0) return null;
    this.countNuma(request.node, pfn);
    return yield* this.claim(pfn, request);
  }

  /**
   * Where there are single pages only, there are no watermarks: compaction and reclaim begin when nothing is left.
   *
   * @kernel mm/page_alloc.c __alloc_pages_slowpath
   */
  private *fromCpuListsOrReclaim(request: PageRequest): Op<number> {
    const { pressure, directCompaction, machine } = this.kernel;
    const { node, order, gfp } = request;
    let pfn = yield* this.fromCpuLists(request);
    // Whoever frees memory for others gets none in this way.
    if (pfn >= 0 || order > 0 || !gfp.maySleep || machine.current!.inReclaim) return pfn;
    if (directCompaction !== null) {
      yield* compactIn(machine, directCompaction);
      pfn = yield* this.fromCpuLists(request);
    }
    if (pfn >= 0 || pressure === null) return pfn;
    yield* pressure.wakeKswapd(node, order);
    const retries = gfp.noRetry === true ? 1 : MAX_RECLAIM_RETRIES;
    for (let retry = 0; retry < retries; retry++) {
      const freed = yield* pressure.directReclaim(node, order, gfp);
      pfn = yield* this.fromCpuLists(request);
      if (pfn >= 0) return pfn;
      if (freed > 0) continue;
      if (!mayOom(request) || !(yield* pressure.outOfMemory(node, order, gfp))) return -1;
    }
    return -1;
  }

  /** Where there are single pages only: the list of the own processor first, then those of the others. */
  private *fromCpuLists(request: PageRequest): Op<number> {
    const { machine, memory } = this.kernel;
    const { node, thisNode, nodeMask, highestZone } = request;
    if (request.order > 0) return -1;
    for (const zone of memory.zonelist(node)) {
      if (zone.type > highestZone || (thisNode && zone.node !== node)) continue;
      if (nodeMask !== null && !nodeMask.includes(zone.node)) continue;
      for (let j = 0; j < this.cpus; j++) {
        const list = zone.cpuLists[(this.cpu() + j) % this.cpus]![0]!;
        // One step: what the lock of the list makes atomic in the kernel.
        yield* machine.makeOp(OpKind.fetchAdd, list.at, 0, 0);
        const pfn = list.pop();
        if (pfn >= 0) return pfn;
      }
    }
    return -1;
  }

  /**
   * Takes back a page whose last reference is gone. Drivers call {@link Page.put} instead. Never sleeps.
   *
   * @kernel mm/page_alloc.c free_unref_page
   * @throws MachineError `MP_BAD_PAGE`.
   */
  *freePage(page: Page): Op<void> {
    prepareFree(page);
    const merged = yield* this.giveBack(page.pfn, 0);
    const { events } = this.kernel;
    if (events.listenerCount('page_free') > 0) events.emit('page_free', { page });
    const reporting = this.zoneAllocator?.reporting ?? null;
    if (reporting !== null) yield* reporting.notifyFree(merged);
  }

  /**
   * Drops the reference of a block from {@link PageAllocator.allocPages}; the last one frees all of it. Never sleeps.
   *
   * @kernel mm/page_alloc.c __free_pages
   * @throws MachineError `MP_COUNTER_UNDERFLOW`, `MP_BAD_PAGE`.
   */
  *freeBlock(page: Page, order: number): Op<void> {
    if (!(yield* page.putTest())) return;
    const { events } = this.kernel;
    for (let pfn = page.pfn; pfn < page.pfn + (1 << order); pfn++) {
      if (pfn > page.pfn) markTail(this.kernel, pfn, false);
      prepareFree(this.kernel.page(pfn));
    }
    const merged = yield* this.giveBack(page.pfn, order);
    if (events.listenerCount('page_free') > 0) events.emit('page_free', { page });
    const reporting = this.zoneAllocator?.reporting ?? null;
    if (reporting !== null) yield* reporting.notifyFree(merged);
  }

  /**
   * Makes single pages of a block from {@link PageAllocator.allocPages}, each with a reference of its own. Never sleeps.
   *
   * @kernel mm/page_alloc.c split_page
   */
  *splitBlock(page: Page, order: number): Op<void> {
    for (let pfn = page.pfn + 1; pfn < page.pfn + (1 << order); pfn++) {
      markTail(this.kernel, pfn, false);
      yield* giveReference(this.kernel, pfn);
    }
  }

  /**
   * @internal Makes single pages, each with a reference, of a block that was taken off the free lists.
   * @kernel mm/compaction.c split_map_pages
   */
  *claimSingles(pfn: number, order: number): Op<void> {
    for (let at = pfn; at < pfn + (1 << order); at++) {
      prepareNewFrame(this.kernel, at);
      yield* giveReference(this.kernel, at);
    }
  }

  /** The processor of the running thread: threads are spread over them in the order in which they were made. */
  cpu(): number {
    return this.kernel.machine.current!.id % this.cpus;
  }

  /** Gives the order of the largest block that has come of it; -1 if there is none. */
  private *giveBack(pfn: number, order: number): Op<number> {
    if (this.zoneAllocator !== null) return yield* this.zoneAllocator.free(pfn, order, this.cpu());
    const { machine, memory } = this.kernel;
    const list = memory.zoneOf(pfn).cpuLists[this.cpu()]![0]!;
    yield* machine.makeOp(OpKind.fetchAdd, list.at, 0, 0);
    list.push(pfn);
    return -1;
  }

  private *claim(pfn: number, request: PageRequest): Op<Page> {
    const { events } = this.kernel;
    for (let at = pfn; at < pfn + (1 << request.order); at++) {
      prepareNewFrame(this.kernel, at);
      if (at > pfn) markTail(this.kernel, at, true);
    }
    yield* giveReference(this.kernel, pfn);
    this.kernel.pageOwners?.note(pfn, request);
    const page = this.kernel.page(pfn);
    if (events.listenerCount('page_alloc') > 0) events.emit('page_alloc', { page });
    return page;
  }

  /** @kernel mm/page_alloc.c zone_statistics */
  private countNuma(preferred: number, pfn: number): void {
    const { memory } = this.kernel;
    const { nodeStat } = memory;
    const node = memory.nodeOf(pfn);
    if (node === preferred) nodeStat.add(node, 'numa_hit', 1);
    else {
      nodeStat.add(node, 'numa_miss', 1);
      nodeStat.add(preferred, 'numa_foreign', 1);
    }
    nodeStat.add(node, node === memory.nodeOfCpu(this.cpu()) ? 'numa_local' : 'numa_other', 1);
  }

  private check({ node, order }: PageRequest): void {
    const { memory, machine } = this.kernel;
    checkNode(this.kernel, node);
    const maxOrder = memory.settings?.maxOrder ?? 0;
    if (Number.isInteger(order) && order >= 0 && (order <= maxOrder || memory.settings === null)) return;
    machine.misuse(
      new MachineError('MP_PARAMETER', `there are no blocks of order ${order}; ask for 0 to ${maxOrder}`, {
        subject: 'order',
        here: machine.site(),
        received: String(order),
      }),
    );
  }
}

Object.defineProperty(PageAllocator.prototype, HANDLE, { value: true });

/** Compacts memory in the thread that needs a page, for the VM: it sleeps on no page lock meanwhile. */
function* compactIn(machine: Machine, directCompaction: () => Op<void>): Op<void> {
  const thread = machine.current!;
  machine.enterScope('vm', 'direct compaction', MayBlock.yes);
  thread.inReclaim = true;
  yield* directCompaction();
  thread.inReclaim = false;
  machine.leaveScope();
}
