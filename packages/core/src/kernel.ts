import { HANDLE, Machine, MachineError, type Op } from '@movable-pages/machine';
import { checkKernelOptions } from './check-kernel-options.js';
import type { Kcompactd } from './compact/kcompactd.js';
import { VmEvents } from './events/events.js';
import { VmStat } from './events/vmstat.js';
import { MemoryNotifierChain } from './hotplug/memory-notifier.js';
import { Lru, lruWords } from './lru/lru.js';
import { FRAME_WORDS, FrameTable, PageWord } from './memory/frame-table.js';
import type { BuddyOptions, NodeOptions } from './memory/memory-options.js';
import { PageAllocator } from './memory/page-allocator.js';
import { PageContents } from './memory/page-contents.js';
import { PageLists } from './memory/page-lists.js';
import { PageOwners } from './memory/page-owners.js';
import type { MemoryPressure } from './memory/memory-pressure.js';
import { Page } from './memory/page.js';
import { PinCounts } from './mapping/pin-counts.js';
import { MmRegistry } from './mapping/mm-registry.js';
import { countPages, countZones, PhysicalMemory } from './memory/physical-memory.js';
import { MovableMapping } from './movable/movable-mapping.js';
import { linux510, type KernelProfile } from './profile/profile.js';
import { Reclaim } from './reclaim/reclaim.js';
import type { OomNotifier, Shrinker } from './reclaim/shrinker.js';
import { SwapDevice } from './swap/swap-device.js';
import { rightSteps, type VmSteps } from './vm-steps.js';

/** The simulated machine's memory and kernel. @since 0.1.0 */
export interface KernelOptions {
  /** Default {@link linux510}. */
  readonly profile?: KernelProfile;
  /** The nodes: pages of each, or its zones. Default one node of 8 pages. */
  readonly nodes?: readonly (number | NodeOptions)[];
  /** `distances[from][to]` of the nodes. Default 10 from a node to itself and 20 to another. */
  readonly distances?: readonly (readonly number[])[];
  /**
   * Gives the machine a buddy allocator: blocks of all orders, migrate types, watermarks and compaction. Left out, there
   * are single pages only, which is all that most drivers need and costs the fewest schedules.
   */
  readonly buddy?: BuddyOptions;
  /** Remember who allocated each page, for the page-owner report. Default false. */
  readonly pageOwner?: boolean;
  /** Bytes of a page, a multiple of 8. Default 4096. */
  readonly pageSize?: number;
  /** False for bulk work under the direct executor. Default true. */
  readonly tracked?: boolean;
  /**
   * Processors. Default 1. Without a buddy allocator each has a free list of its own and takes from another's when that is
   * empty: more than one keep allocations of different threads from disturbing each other, which saves schedules.
   */
  readonly cpus?: number;
  /** Words for locks, queues and words of drivers, beside what the page frames take. Default 4096. */
  readonly spareWords?: number;
  /** Entries of a page table. Default 512; fewer make small machines smaller. */
  readonly ptesPerTable?: number;
  /** An allocation that finds nothing reclaims, if it may sleep. Default false. */
  readonly reclaims?: boolean;
  /**
   * How a machine without a buddy allocator compacts memory when there is no page left: in the thread that needs one, which
   * may be in the middle of a driver. Default: not at all; with a buddy allocator compaction is the allocator's own.
   */
  readonly directCompaction?: () => Op<void>;
  /** Pages of swap. Default 0: no swap. */
  readonly swapPages?: number;
  /** Steps of the VM that differ from the right ones. Default: none. */
  readonly steps?: Partial<VmSteps>;
  /** Seed of the machine's `random`. Default 1. */
  readonly seed?: number;
}

/** Handles of so many pages, as a power of 2, are kept together. */
const HANDLE_BLOCK = 9;
const HANDLE_MASK = (1 << HANDLE_BLOCK) - 1;

/** Who freed a page, for reports. */
interface Freed {
  readonly by: string;
  readonly site: string | undefined;
}

/**
 * A kernel on a machine: page frames, their allocator and contents, counters, events, and a profile that says which
 * kernel it is. Built once a scenario.
 *
 * @since 0.1.0
 */
export class Kernel {
  declare readonly [HANDLE]: true;
  readonly machine: Machine;
  readonly profile: KernelProfile;
  /** Steps that can be replaced. */
  readonly steps: VmSteps;
  readonly frames: FrameTable;
  readonly contents: PageContents;
  readonly lists: PageLists;
  readonly memory: PhysicalMemory;
  readonly allocator: PageAllocator;
  /** Who allocated each page; null unless asked for. */
  readonly pageOwners: PageOwners | null;
  /** Those who are told when memory goes offline. */
  readonly memoryNotifiers = new MemoryNotifierChain();
  readonly vmstat: VmStat;
  readonly lru: Lru;
  /** Address spaces, areas and page caches. */
  readonly mms: MmRegistry;
  /** @internal The pins that `getUserPage` gave. */
  readonly pins: PinCounts;
  /** The swap device, or null. */
  readonly swap: SwapDevice | null;
  /** @internal The kcompactd of each node that has one. */
  readonly kcompactds = new Map<number, Kcompactd>();
  /** Reclaim, and what takes part in it. */
  readonly reclaim: Reclaim;
  /** Whom an allocation asks that finds nothing; null unless the kernel reclaims. */
  readonly pressure: MemoryPressure | null;
  /** What an allocation tries that finds nothing; null for nothing. */
  readonly directCompaction: (() => Op<void>) | null;
  readonly events = new VmEvents();
  /** Handles of pages by block, so that a machine with millions of frames has them for those in use only. */
  private readonly pages: (Page | undefined)[][] = [];
  private readonly mappings: MovableMapping[] = [];
  private readonly freed = new Map<number, Freed>();

  /** @throws MachineError `MP_PARAMETER`: options that no machine can be made of. */
  constructor(options: KernelOptions = {}) {
    checkKernelOptions(options);
    const nodes = options.nodes ?? [8];
    const { distances, buddy } = options;
    const frames = countPages(nodes);
    const tracked = options.tracked ?? true;
    const cpus = options.cpus ?? 1;
    const pageSize = options.pageSize ?? 4096;
    const words =
      frames * (FRAME_WORDS + (tracked ? 1 : 0)) +
      PhysicalMemory.words({ nodes, buddy }) +
      PageAllocator.words(countZones(nodes), cpus, buddy) +
      lruWords(nodes.length, cpus) +
      nodes.length * (buddy === undefined ? 1 : 2) +
      (options.swapPages ?? 0) * 2 +
      1 +
      VmStat.words +
      (options.spareWords ?? 4096);
    this.machine = new Machine({ words, tracked, seed: options.seed ?? 1 });
    this.profile = options.profile ?? linux510;
    this.steps =
      options.steps === undefined ? rightSteps : Object.freeze({ ...rightSteps, ...options.steps });
    this.frames = new FrameTable(this.machine, frames, buddy !== undefined && !tracked);
    this.contents = new PageContents(this.machine, frames, pageSize >> 2);
    this.lists = new PageLists(this);
    this.memory = new PhysicalMemory(this.machine, this.frames, this.events, {
      nodes,
      distances,
      buddy,
      pageSize,
    });
    this.allocator = new PageAllocator(this, cpus);
    this.lru = new Lru(this, nodes.length, cpus);
    this.vmstat = new VmStat(this.machine);
    this.mms = new MmRegistry(this, options.ptesPerTable);
    this.pins = new PinCounts(this.machine);
    const { swapPages = 0 } = options;
    this.reclaim = new Reclaim(this, nodes.length);
    this.pressure = options.reclaims === true ? this.reclaim : null;
    this.directCompaction = options.directCompaction ?? null;
    if (this.allocator.zoneAllocator !== null) this.allocator.zoneAllocator.pressure = this.pressure;
    this.swap = swapPages > 0 ? new SwapDevice(this, swapPages) : null;
    this.pageOwners = options.pageOwner === true ? new PageOwners(this.machine) : null;
    this.machine.addRestorable({ seal: () => this.freed.clear(), reset: () => this.freed.clear() });
  }

  /**
   * The handle of a frame.
   *
   * @throws MachineError `MP_PARAMETER` if there is no such frame.
   */
  page(pfn: number): Page {
    const page = this.pages[pfn >> HANDLE_BLOCK]?.[pfn & HANDLE_MASK];
    return page?.pfn === pfn ? page : this.makePage(pfn);
  }

  private makePage(pfn: number): Page {
    if (Number.isInteger(pfn) && pfn >= 0 && pfn < this.frames.count) {
      const page = new Page(this, pfn);
      (this.pages[pfn >> HANDLE_BLOCK] ??= [])[pfn & HANDLE_MASK] = page;
      return page;
    }
    return this.machine.misuse(
      new MachineError(
        'MP_PARAMETER',
        `there is no page ${pfn}; this machine has pages 0 to ${this.frames.count - 1}`,
        {
          subject: 'page frame number',
          here: this.machine.site(),
          received: String(pfn),
        },
      ),
    );
  }

  /** Adds a cache that gives memory back when it is short. See {@link Reclaim.registerShrinker}. */
  registerShrinker(shrinker: Shrinker): void {
    this.reclaim.registerShrinker(shrinker);
  }

  /** Adds somebody who is told when memory is out. See {@link Reclaim.registerOomNotifier}. */
  registerOomNotifier(notifier: OomNotifier): void {
    this.reclaim.registerOomNotifier(notifier);
  }

  /** Makes the mapping of a driver, in construction. */
  createMapping(name: string): MovableMapping {
    const { machine } = this;
    const registered = machine.allocateWords(1, () => `${name} operations`);
    const mapping = new MovableMapping(this.mappings.length + 1, name, machine, registered);
    this.mappings.push(mapping);
    return mapping;
  }

  /** The mapping of an id, or null. */
  mappingOf(id: number): MovableMapping | null {
    return this.mappings[id - 1] ?? null;
  }

  /** Emits a `vm_warning`: the kernel would print one here. */
  warn(page: Page, what: string): void {
    this.events.emit('vm_warning', { page, what });
  }

  /** @internal Remembers who freed a page. */
  noteFreed(page: Page): void {
    if (!this.machine.tracked) return;
    const thread = this.machine.current;
    this.freed.set(page.pfn, {
      by: thread === null ? 'construction' : `${thread.name}`,
      site: this.machine.site(),
    });
  }

  /**
   * @internal Reports a use of a free page.
   * @throws MachineError `MP_USE_AFTER_FREE` always.
   */
  reportUseAfterFree(page: Page, what: string): never {
    const freed = this.freed.get(page.pfn);
    this.machine.misuse(
      new MachineError(
        'MP_USE_AFTER_FREE',
        `${page} is used while it is free: ${what}${freed === undefined ? '' : `; ${freed.by} freed it`}`,
        {
          subject: what,
          here: this.machine.site(),
          there: freed?.site,
          thereWhat: freed === undefined ? 'never allocated' : `freed by ${freed.by}`,
          location: this.frames.location(page.pfn, PageWord.refCount),
          expected: 'a page that somebody holds',
          received: 'a free page',
        },
      ),
    );
  }
}

Object.defineProperty(Kernel.prototype, HANDLE, { value: true });
