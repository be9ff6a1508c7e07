import { HANDLE, MachineError, OpKind, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from './frame-table.js';
import { Gfp } from './gfp.js';
import { FLAGS_CHECKED_AT_FREE, flagNames, MappingTag, PageFlag } from './page-flags.js';
import type { Page } from './page.js';

/** Words of a free list: how many, first, last. */
const LIST_WORDS = 3;

/** The choice that makes an allocation fail. */
export const PAGE_ALLOC_FAILS = 'page allocation fails';

/** How a page is asked for. @since 0.1.0 */
export interface AllocOptions {
  /** Node to take it from first. Default: the lowest. */
  readonly node?: number;
  /** Only from that node. */
  readonly thisNode?: boolean;
  /** What the allocator may do. Default `Gfp.kernel`. */
  readonly gfp?: Gfp;
}

/**
 * Gives out and takes back single pages, by node. Pages come back into use in the order in which they were freed, so a
 * stale pointer points to a free page for as long as can be.
 *
 * @kernel mm/page_alloc.c
 * @since 0.1.0
 */
export class PageAllocator {
  declare readonly [HANDLE]: true;
  /** For each node the free lists of its zone, one for each processor. */
  private readonly zones: number[][] = [];
  /** First frame of each node, and one past the last. */
  private readonly firstPfn: number[] = [0];

  constructor(
    private readonly kernel: Kernel,
    nodePages: readonly number[],
    private readonly cpus: number,
  ) {
    const { machine } = kernel;
    nodePages.forEach((pages, node) => {
      const lists: number[] = [];
      for (let cpu = 0; cpu < cpus; cpu++) {
        const name = cpus === 1 ? `node ${node} zone` : `node ${node} cpu ${cpu}`;
        lists.push(
          machine.allocateWords(LIST_WORDS, (word) => `${name} ${['free pages', 'first', 'last'][word]}`),
        );
      }
      const first = this.firstPfn[node]!;
      this.zones.push(lists);
      this.firstPfn.push(first + pages);
      for (let pfn = first; pfn < first + pages; pfn++) this.pushFree(lists[(pfn - first) % cpus]!, pfn);
    });
  }

  /** How many nodes there are. */
  get nodes(): number {
    return this.zones.length;
  }

  /** The node of a frame. */
  nodeOf(pfn: number): number {
    let node = 0;
    while (pfn >= this.firstPfn[node + 1]!) node++;
    return node;
  }

  /** Free pages of a node as they are. For reports; not tracked. */
  freePages(node: number): number {
    return this.zones[node]!.reduce((sum, list) => sum + this.kernel.machine.words[list]!, 0);
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
    return this.kernel.machine.watchOp('allocPage()', this.allocSteps(options));
  }

  private *allocSteps(options: AllocOptions): Op<Page | null> {
    const { machine } = this.kernel;
    const gfp = options.gfp ?? Gfp.kernel;
    if (gfp.maySleep) machine.mightSleep('page allocation', false);
    if (machine.offersChoice(PAGE_ALLOC_FAILS) && (yield* machine.choose(PAGE_ALLOC_FAILS, 2)) === 1)
      return null;
    const start = options.node ?? 0;
    if (this.zones[start] === undefined) this.refuseNode(start);
    const tries = options.thisNode === true ? 1 : this.zones.length;
    for (let i = 0; i < tries; i++) {
      const lists = this.zones[(start + i) % this.zones.length]!;
      for (let j = 0; j < this.cpus; j++) {
        const list = lists[(this.cpu() + j) % this.cpus]!;
        // One step: what the lock of the list makes atomic in the kernel.
        yield* machine.makeOp(OpKind.fetchAdd, list, 0, 0);
        const pfn = this.popFree(list);
        if (pfn >= 0) return yield* this.prepare(pfn);
      }
    }
    return null;
  }

  /**
   * Takes back a page whose last reference is gone. Drivers call {@link Page.put} instead. Never sleeps.
   *
   * @kernel mm/page_alloc.c free_pages_prepare
   * @throws MachineError `MP_BAD_PAGE`.
   */
  *freePage(page: Page): Op<void> {
    const { machine, frames } = this.kernel;
    const { pfn } = page;
    this.checkAtFree(page);
    frames.poke(pfn, PageWord.flags, page.peekFlags() & ~(PageFlag.isolated | PageFlag.waiters));
    // Any tagged mapping is nulled here, and nowhere else.
    frames.poke(pfn, PageWord.mapping, 0);
    this.kernel.contents.scrub(pfn);
    this.kernel.noteFreed(page);
    machine.ledger.forget(frames.location(pfn, PageWord.refCount));
    const list = this.zones[this.nodeOf(pfn)]![this.cpu()]!;
    yield* machine.makeOp(OpKind.fetchAdd, list, 0, 0);
    this.pushFree(list, pfn);
    const { events } = this.kernel;
    if (events.listenerCount('page_free') > 0) events.emit('page_free', { page });
  }

  private refuseNode(node: number): never {
    this.kernel.machine.misuse(
      new MachineError(
        'MP_PARAMETER',
        `there is no node ${node}; this machine has nodes 0 to ${this.zones.length - 1}`,
        {
          subject: 'node',
          here: this.kernel.machine.site(),
          received: String(node),
        },
      ),
    );
  }

  /** The processor of the running thread: threads are spread over them in the order in which they were made. */
  cpu(): number {
    return this.kernel.machine.current!.id % this.cpus;
  }

  private *prepare(pfn: number): Op<Page> {
    const { machine, frames, events } = this.kernel;
    frames.poke(pfn, PageWord.flags, 0);
    frames.poke(pfn, PageWord.mapCount, -1);
    frames.poke(pfn, PageWord.mapping, 0);
    frames.poke(pfn, PageWord.index, 0);
    frames.poke(pfn, PageWord.private, 0);
    frames.poke(pfn, PageWord.lruNext, 0);
    frames.poke(pfn, PageWord.lruPrev, 0);
    // Those who look for pages by number can see it from here on.
    yield* machine.makeOp(OpKind.store, frames.location(pfn, PageWord.refCount), 1, 0);
    machine.noteReference(frames.location(pfn, PageWord.refCount), 1);
    const page = this.kernel.page(pfn);
    if (events.listenerCount('page_alloc') > 0) events.emit('page_alloc', { page });
    return page;
  }

  private checkAtFree(page: Page): void {
    const { machine, frames, lists } = this.kernel;
    const bad: string[] = [];
    if (page.refCount !== 0) bad.push(`${page.refCount} references`);
    const flags = page.peekFlags() & FLAGS_CHECKED_AT_FREE;
    if (flags !== 0) bad.push(`flags ${flagNames(flags)}`);
    const mapping = frames.peek(page.pfn, PageWord.mapping);
    if (mapping !== 0 && (mapping & MappingTag.mask) === MappingTag.none) bad.push('a mapping');
    if (frames.peek(page.pfn, PageWord.mapCount) !== -1) bad.push('a map count');
    if (frames.peek(page.pfn, PageWord.private) !== 0)
      bad.push(`private ${frames.peek(page.pfn, PageWord.private)}`);
    const list = lists.listOf(page.pfn);
    if (list !== null) bad.push(`a place on ${list.name}`);
    if (bad.length === 0) return;
    machine.misuse(
      new MachineError(
        'MP_BAD_PAGE',
        `${page} is freed with ${bad.join(', ')}; reset what you set before the last put`,
        {
          subject: bad.map((what) => what.replace(/\d+/g, 'n')).join(', '),
          here: machine.site(),
          location: frames.location(page.pfn, PageWord.flags),
          expected: 'a page with no lock, list, mapping or private word left',
          received: bad.join(', '),
        },
      ),
    );
  }

  private pushFree(zone: number, pfn: number): void {
    const { machine, frames } = this.kernel;
    const words = machine.words;
    const last = words[zone + 2]!;
    frames.poke(pfn, PageWord.lruNext, 0);
    if (last === 0) words[zone + 1] = pfn + 1;
    else frames.poke(last - 1, PageWord.lruNext, pfn + 1);
    words[zone + 2] = pfn + 1;
    words[zone] = words[zone]! + 1;
  }

  private popFree(zone: number): number {
    const { machine, frames } = this.kernel;
    const words = machine.words;
    const first = words[zone + 1]!;
    if (first === 0) return -1;
    const next = frames.peek(first - 1, PageWord.lruNext);
    words[zone + 1] = next;
    if (next === 0) words[zone + 2] = 0;
    words[zone] = words[zone]! - 1;
    return first - 1;
  }
}

Object.defineProperty(PageAllocator.prototype, HANDLE, { value: true });
