import { HANDLE, MachineError, OpKind, type Machine, type Op } from '@movable-pages/machine';
import type { VmEvents } from '../events/events.js';
import { Buddy } from './buddy.js';
import type { FrameTable } from './frame-table.js';
import type { MemoryNode } from './memory-node.js';
import { buddySettings, type BuddyOptions, type BuddySettings, type NodeOptions } from './memory-options.js';
import { MigrateType } from './migrate-type.js';
import { NodeStat } from './node-stat.js';
import { PageBlocks } from './page-blocks.js';
import { Steal } from './steal.js';
import { defaultMinFreeKbytes, watermarksOf } from './watermarks.js';
import { ZONE_NAMES, ZoneType } from './zone-type.js';
import { Zone, ZoneWord } from './zone.js';
import { nodeOrders } from './zonelist.js';

/** Distance of a node to itself and, unless said otherwise, to another. @kernel include/linux/topology.h */
const LOCAL_DISTANCE = 10;
const REMOTE_DISTANCE = 20;
/** For each kind of zone, the share of higher zones that is kept in it: one in so many; 0: none. */
const LOWMEM_RESERVE_RATIO = [256, 256, 32, 0];

/** What a machine's memory is made of. */
export interface PhysicalMemoryOptions {
  readonly nodes: readonly (number | NodeOptions)[];
  readonly distances?: readonly (readonly number[])[] | undefined;
  readonly buddy?: BuddyOptions | undefined;
  readonly pageSize: number;
}

/**
 * The memory of a machine: its nodes, their zones, and in which order allocations go through them.
 *
 * @since 0.1.0
 */
export class PhysicalMemory {
  declare readonly [HANDLE]: true;
  readonly nodes: readonly MemoryNode[];
  /** All zones, by first page. */
  readonly zones: readonly Zone[];
  /** `distances[from][to]`. */
  readonly distances: readonly (readonly number[])[];
  readonly nodeStat: NodeStat;
  /** The settings of the buddy allocator; null in a machine without one. */
  readonly settings: BuddySettings | null;
  /** The page blocks; null in a machine without a buddy allocator. */
  readonly blocks: PageBlocks | null = null;
  /** For each zone of {@link PhysicalMemory.zones}, who takes pages from other types. */
  private readonly steals = new Map<Zone, Steal>();
  /** The nodes that have processors, or all if none has. */
  private readonly cpuNodes: readonly number[];
  private readonly zonelists: readonly (readonly Zone[])[];
  private readonly pageSize: number;
  /** How many want the lists of the processors unused. */
  private readonly cpuListsOffWord: number;

  constructor(
    private readonly machine: Machine,
    frames: FrameTable,
    events: VmEvents,
    options: PhysicalMemoryOptions,
  ) {
    this.settings = options.buddy === undefined ? null : buddySettings(options.buddy);
    this.pageSize = options.pageSize;
    this.nodes = makeNodes(machine, options.nodes, this.settings !== null);
    this.zones = this.nodes.flatMap((node) => node.zones);
    const withCpus = this.nodes.filter((node) => node.hasCpus);
    this.cpuNodes = (withCpus.length === 0 ? this.nodes : withCpus).map(({ id }) => id);
    this.distances = checkDistances(options.distances, this.nodes.length);
    this.nodeStat = new NodeStat(machine, this.nodes.length);
    this.cpuListsOffWord = machine.allocateWords(1, () => 'lists of the processors off');
    this.zonelists = this.makeZonelists();
    if (this.settings === null) return;
    const { pageBlockOrder, maxOrder, watermarkBoostFactor } = this.settings;
    this.blocks = new PageBlocks(machine, frames.count, pageBlockOrder, MigrateType.movable);
    for (const zone of this.zones) {
      zone.buddy = new Buddy(machine, frames, this.blocks, zone, maxOrder);
      this.steals.set(zone, new Steal(frames, zone.buddy, zone, watermarkBoostFactor, events));
      zone.buddy.addRange(zone.startPfn, zone.endPfn);
      zone.poke(ZoneWord.present, zone.pages);
      zone.poke(ZoneWord.cachedMigrateAsync, zone.startPfn);
      zone.poke(ZoneWord.cachedMigrateSync, zone.startPfn);
      zone.poke(ZoneWord.cachedFree, this.blocks.start(zone.endPfn - 1));
    }
    for (const { startPfn, pages } of this.settings.cma) this.reserveCma(this.blocks, startPfn, pages);
    this.setUpWatermarks();
  }

  /** @kernel mm/page_alloc.c init_cma_reserved_pageblock */
  private reserveCma(blocks: PageBlocks, startPfn: number, pages: number): void {
    for (let pfn = startPfn; pfn < startPfn + pages; pfn += blocks.pages) {
      const zone = this.zones.find((at) => at.spans(pfn) && at.spans(pfn + blocks.pages - 1));
      if (zone === undefined || pfn !== blocks.start(pfn) || pages % blocks.pages !== 0) {
        throw new MachineError(
          'MP_PARAMETER',
          `pages ${startPfn} to ${startPfn + pages - 1} are no whole page blocks of a zone; a page block has ${blocks.pages} pages`,
          { subject: 'cma', received: `${startPfn}, ${pages}` },
        );
      }
      zone.buddy!.splitToBlocks(pfn);
      blocks.setType(pfn, MigrateType.cma);
      zone.buddy!.moveFreePages(pfn, blocks.end(pfn), MigrateType.cma);
    }
  }

  /** How many words a machine needs for its memory, the frames and the lists of the processors left out. */
  static words(options: Omit<PhysicalMemoryOptions, 'pageSize'>): number {
    const stats = NodeStat.words(options.nodes.length) + 1;
    const zones = countZones(options.nodes);
    if (options.buddy === undefined) return stats + zones * Zone.words(false);
    const { pageBlockOrder, maxOrder } = buddySettings(options.buddy);
    const pages = countPages(options.nodes);
    return (
      stats + zones * (Zone.words(true) + Buddy.words(maxOrder)) + PageBlocks.words(pages, pageBlockOrder)
    );
  }

  /** The node of a frame. */
  nodeOf(pfn: number): number {
    const { nodes } = this;
    let node = 0;
    while (pfn >= nodes[node]!.endPfn) node++;
    return node;
  }

  /** The zone of a frame. */
  zoneOf(pfn: number): Zone {
    const { zones } = this;
    let zone = 0;
    while (pfn >= zones[zone]!.endPfn) zone++;
    return zones[zone]!;
  }

  /** Pages that the allocator may give out in all zones together, as they are: `MemTotal`. @kernel include/linux/mm.h totalram_pages */
  get totalPages(): number {
    return this.zones.reduce((sum, zone) => sum + zone.managedPages, 0);
  }

  /** The node of a processor: they go round the nodes that have any. */
  nodeOfCpu(cpu: number): number {
    return this.cpuNodes[cpu % this.cpuNodes.length]!;
  }

  /** The zones in the order in which an allocation for a node tries them, all kinds. @kernel mm/page_alloc.c build_zonelists */
  zonelist(node: number): readonly Zone[] {
    return this.zonelists[node]!;
  }

  /** Whether somebody wants the lists of the processors unused, as it is. */
  get cpuListsOff(): boolean {
    return this.machine.words[this.cpuListsOffWord]! > 0;
  }

  /** Has free pages pass the lists of the processors by, until as many calls with -1. @kernel mm/page_alloc.c zone_pcp_disable */
  switchCpuListsOff(by: 1 | -1): Op<number> {
    return this.machine.makeOp(OpKind.fetchAdd, this.cpuListsOffWord, by, 0);
  }

  /** Who takes pages from other types in a zone. */
  stealOf(zone: Zone): Steal {
    return this.steals.get(zone)!;
  }

  /**
   * Sets the marks and reserves of all zones from what they manage. Again after memory went offline.
   *
   * @kernel mm/page_alloc.c setup_per_zone_wmarks, setup_per_zone_lowmem_reserve
   */
  setUpWatermarks(): void {
    const { settings, pageSize, zones } = this;
    if (settings === null) return;
    let lowmem = 0;
    for (const zone of zones) lowmem += zone.managedPages;
    const kbytes = settings.minFreeKbytes ?? defaultMinFreeKbytes(Math.floor((lowmem * pageSize) / 1024));
    const pagesMin = Math.floor((kbytes * 1024) / pageSize);
    for (const zone of zones) {
      const marks = watermarksOf({
        pagesMin,
        managed: zone.managedPages,
        lowmem,
        scaleFactor: settings.watermarkScaleFactor,
      });
      zone.poke(ZoneWord.min, marks.min);
      zone.poke(ZoneWord.low, marks.low);
      zone.poke(ZoneWord.high, marks.high);
      zone.poke(ZoneWord.promo, marks.promo);
    }
    for (const node of this.nodes) for (const zone of node.zones) zone.lowmemReserve = reserveOf(zone, node);
  }

  private makeZonelists(): Zone[][] {
    const { nodes } = this;
    return nodeOrders({
      distances: this.distances,
      hasCpus: nodes.map((node) => node.hasCpus),
      hasMemory: nodes.map((node) => node.zones.length > 0),
    }).map((order) => order.flatMap((node) => nodes[node]!.zones.toReversed()));
  }
}

/** How many frames some nodes have together. */
export function countPages(nodes: readonly (number | NodeOptions)[]): number {
  return nodes.reduce<number>((sum, node) => sum + zonesOf(node).reduce((pages, [, of]) => pages + of, 0), 0);
}

/** How many zones some nodes have together. */
export function countZones(nodes: readonly (number | NodeOptions)[]): number {
  return nodes.reduce<number>((sum, node) => sum + zonesOf(node).length, 0);
}

/** The zones of a node with their pages, lowest first. */
function zonesOf(node: number | NodeOptions): [ZoneType, number][] {
  if (typeof node === 'number') return node === 0 ? [] : [[ZoneType.normal, node]];
  return ZONE_NAMES.flatMap((name, type): [ZoneType, number][] => {
    const pages = node.zones[name] ?? 0;
    return pages === 0 ? [] : [[type as ZoneType, pages]];
  });
}

function makeNodes(
  machine: Machine,
  options: readonly (number | NodeOptions)[],
  withWords: boolean,
): MemoryNode[] {
  let pfn = 0;
  return options.map((option, id) => {
    const startPfn = pfn;
    const zones = zonesOf(option).map(([type, pages]) => {
      const zone = new Zone(machine, id, type, pfn, pages, withWords);
      pfn += pages;
      return zone;
    });
    const hasCpus = typeof option === 'number' ? true : (option.hasCpus ?? true);
    return { id, startPfn, endPfn: pfn, zones, hasCpus };
  });
}

/** Pages of a zone that requests leave alone which could use a higher zone. */
function reserveOf(zone: Zone, node: MemoryNode): number[] {
  const ratio = LOWMEM_RESERVE_RATIO[zone.type]!;
  return ZONE_NAMES.map((_, highest) => {
    if (ratio === 0 || highest <= zone.type) return 0;
    const above = node.zones
      .filter(({ type }) => type > zone.type && type <= highest)
      .reduce((sum, other) => sum + other.managedPages, 0);
    return Math.floor(above / ratio);
  });
}

function checkDistances(
  given: readonly (readonly number[])[] | undefined,
  nodes: number,
): readonly (readonly number[])[] {
  if (given === undefined) {
    return Array.from({ length: nodes }, (_from, from) =>
      Array.from({ length: nodes }, (_to, to) => (from === to ? LOCAL_DISTANCE : REMOTE_DISTANCE)),
    );
  }
  if (given.length === nodes && given.every((row) => row.length === nodes)) return given;
  throw new MachineError(
    'MP_PARAMETER',
    `distances has ${given.length} rows of ${given.map((row) => row.length).join(', ')}; give one row of ${nodes} for each of the ${nodes} nodes`,
    { subject: 'distances', received: JSON.stringify(given) },
  );
}

Object.defineProperty(PhysicalMemory.prototype, HANDLE, { value: true });
