import { MachineError } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from './frame-table.js';
import { MIGRATE_TYPE_NAMES, MIGRATE_TYPES, MigrateType } from './migrate-type.js';
import { PageFlag } from './page-flags.js';
import { PageType } from './page-type.js';
import { ZoneWord, type Zone } from './zone.js';

/**
 * Asserts that memory is conserved: every frame is free once, in use, part of a block in use, or offline; the counts of
 * the free lists and zones are those of what is on them; no free frame is on another list. For moments at which no thread
 * is inside the allocator.
 *
 * @throws MachineError `MP_LIST_CORRUPTION` that says what does not add up.
 * @since 0.1.0
 */
export function checkMemory(kernel: Kernel): void {
  const [first] = memoryBreaches(kernel);
  if (first === undefined) return;
  const { machine } = kernel;
  machine.misuse(
    new MachineError('MP_LIST_CORRUPTION', `${first}; whoever touched the memory last has lost count`, {
      subject: 'free memory',
      here: machine.site(),
      received: first,
    }),
  );
}

/**
 * What {@link checkMemory} asserts, as complaints.
 *
 * @returns What is broken, in words; empty if nothing is.
 * @since 0.1.0
 */
export function memoryBreaches(kernel: Kernel): string[] {
  return new MemoryCheck(kernel).run();
}

class MemoryCheck {
  private readonly breaches: string[] = [];
  /** What each frame was met as: 1 for free. */
  private readonly met: Uint8Array;

  constructor(private readonly kernel: Kernel) {
    this.met = new Uint8Array(kernel.frames.count);
  }

  run(): string[] {
    for (const zone of this.kernel.memory.zones) {
      if (zone.buddy !== null) this.checkBlocks(zone);
      for (const lists of zone.cpuLists) {
        for (const list of lists) {
          let length = 0;
          for (const pfn of list.pfns()) {
            this.meet(zone, pfn);
            length++;
          }
          if (length !== list.length)
            this.wrong(`${zone} counts ${list.length} pages at hand and has ${length}`);
        }
      }
    }
    this.checkFrames();
    return this.breaches;
  }

  private checkBlocks(zone: Zone): void {
    const { areas, maxOrder } = zone.buddy!;
    let free = 0;
    let cma = 0;
    for (let order = 0; order <= maxOrder; order++) {
      for (let type = 0; type < MIGRATE_TYPES; type++) {
        let blocks = 0;
        for (let pfn = areas.first(order, type as MigrateType); pfn >= 0; pfn = areas.next(pfn)) {
          blocks++;
          if (blocks > zone.pages) return this.wrong(`${zone} has a free list that goes round`);
          if (!areas.isHead(pfn) || areas.orderOf(pfn) !== order || areas.typeOf(pfn) !== type)
            this.wrong(`page ${pfn} on a free list of order ${order} is not the head of such a block`);
          if (pfn % (1 << order) !== 0) this.wrong(`page ${pfn} is no place for a block of order ${order}`);
          for (let at = pfn; at < pfn + (1 << order); at++) this.meet(zone, at);
        }
        if (blocks !== areas.count(order, type as MigrateType)) {
          this.wrong(
            `${zone} counts ${areas.count(order, type as MigrateType)} free blocks of order ${order}, type ${MIGRATE_TYPE_NAMES[type]}, and has ${blocks}`,
          );
        }
        if (type !== MigrateType.isolate) free += blocks << order;
        if (type === MigrateType.cma) cma += blocks << order;
      }
    }
    if (zone.peek(ZoneWord.free) !== free)
      this.wrong(`${zone} counts ${zone.peek(ZoneWord.free)} free pages and has ${free}`);
    if (zone.peek(ZoneWord.freeCma) !== cma)
      this.wrong(`${zone} counts ${zone.peek(ZoneWord.freeCma)} free CMA pages and has ${cma}`);
  }

  private meet(zone: Zone, pfn: number): void {
    const { frames, lists } = this.kernel;
    if (!zone.spans(pfn)) this.wrong(`page ${pfn} is free in ${zone}, where it does not lie`);
    if (this.met[pfn] === 1) this.wrong(`page ${pfn} is free twice`);
    this.met[pfn] = 1;
    if (frames.peek(pfn, PageWord.refCount) !== 0) this.wrong(`page ${pfn} is free and has references`);
    const list = lists.listOf(pfn);
    if (list !== null) this.wrong(`page ${pfn} is free and on ${list.name}`);
  }

  private checkFrames(): void {
    const { frames } = this.kernel;
    for (let pfn = 0; pfn < frames.count; pfn++) {
      if (this.met[pfn] === 1 || frames.peek(pfn, PageWord.refCount) > 0) continue;
      if (frames.peek(pfn, PageWord.mapCount) === PageType.tail) continue;
      // Offline.
      if ((frames.peek(pfn, PageWord.flags) & PageFlag.reserved) !== 0) continue;
      this.wrong(`page ${pfn} is neither free nor in use`);
    }
  }

  private wrong(what: string): void {
    this.breaches.push(what);
  }
}
