import { shared, spinLock } from '@movable-pages/core';
import type { ClassGeometry } from './class-table.js';
import { Fullness, fullnessGroup } from './fullness.js';
import type { Zspage } from './zspage.js';

/** Where an allocation looks for room: fullest first, so that the others may become empty. */
const ALLOCATE_FROM = [Fullness.almostFull, Fullness.almostEmpty, Fullness.empty];
/** What object compaction empties, and what it fills. */
const COMPACT_FROM = [Fullness.almostEmpty, Fullness.almostFull];
const COMPACT_TO = [Fullness.almostFull, Fullness.almostEmpty];

/**
 * The zspages of one size, by how full they are. Everything here is under `lock`, which is the innermost: its holder only
 * tries page locks and pins.
 *
 * @kernel mm/zsmalloc.c struct size_class
 * @since 0.1.0
 */
export class SizeClass implements ClassGeometry {
  readonly lock = spinLock('size_class.lock');
  readonly size: number;
  readonly pagesPerZspage: number;
  readonly objsPerZspage: number;
  readonly huge: boolean;
  /** Objects that there is room for, and those in use. @kernel mm/zsmalloc.c struct zs_size_stat */
  readonly stats = shared({ objsAllocated: 0, objsUsed: 0 });
  /** The zspages of each group, those left out of which the VM has a page. */
  readonly groups: readonly Set<Zspage>[] = Object.freeze([0, 1, 2, 3].map(() => shared(new Set<Zspage>())));

  constructor(geometry: ClassGeometry) {
    this.size = geometry.size;
    this.pagesPerZspage = geometry.pagesPerZspage;
    this.objsPerZspage = geometry.objsPerZspage;
    this.huge = geometry.huge;
    Object.freeze(this);
  }

  /** Lists a zspage in the group that it is in now; gives the group. @kernel mm/zsmalloc.c insert_zspage, putback_zspage */
  insert(zspage: Zspage): Fullness {
    zspage.fullness = fullnessGroup(this, zspage.inuse);
    this.groups[zspage.fullness]!.add(zspage);
    return zspage.fullness;
  }

  /** Takes a zspage off its list. @kernel mm/zsmalloc.c remove_zspage */
  remove(zspage: Zspage): void {
    this.groups[zspage.fullness]!.delete(zspage);
  }

  /**
   * After an object came or went: moves the zspage to the group that it is in now; gives the group. A zspage of which the
   * VM has a page stays on no list.
   *
   * @kernel mm/zsmalloc.c fix_fullness_group
   */
  fixFullness(zspage: Zspage): Fullness {
    const now = fullnessGroup(this, zspage.inuse);
    // mutate-ignore drop-guard: it only keeps its place in the list
    if (now === zspage.fullness) return now;
    if (zspage.isolated > 0) return (zspage.fullness = now);
    this.remove(zspage);
    return this.insert(zspage);
  }

  /** A zspage with room, or null. It stays on its list. @kernel mm/zsmalloc.c find_get_zspage */
  findRoom(): Zspage | null {
    return this.first(ALLOCATE_FROM);
  }

  /** A zspage to be emptied, off its list; or null. @kernel mm/zsmalloc.c isolate_zspage */
  takeSource(): Zspage | null {
    return this.take(COMPACT_FROM);
  }

  /** A zspage to be filled, off its list; or null. @kernel mm/zsmalloc.c isolate_zspage */
  takeTarget(): Zspage | null {
    return this.take(COMPACT_TO);
  }

  /** Takes all that are empty off their list. */
  takeEmpty(): Zspage[] {
    const empty = this.groups[Fullness.empty]!;
    const taken = [...empty];
    if (taken.length > 0) empty.clear();
    return taken;
  }

  /** Pages that object compaction could free at best. @kernel mm/zsmalloc.c zs_can_compact */
  freeablePages(): number {
    const spare = this.stats.objsAllocated - this.stats.objsUsed;
    return Math.floor(spare / this.objsPerZspage) * this.pagesPerZspage;
  }

  /** Compares the counts with the zspages that they are about. Nobody may have any of these. @throws Error if they differ. */
  checkStats(): void {
    const { stats, objsPerZspage } = this;
    const zspages = this.groups.flatMap((group) => [...group]);
    const used = zspages.reduce((sum, { inuse }) => sum + inuse, 0);
    if (stats.objsAllocated !== zspages.length * objsPerZspage || stats.objsUsed !== used)
      throw new Error(
        `objects of ${this.size} bytes: ${stats.objsUsed} of ${stats.objsAllocated} are counted, there are ${used} of ${zspages.length * objsPerZspage}`,
      );
  }

  private take(groups: readonly Fullness[]): Zspage | null {
    const zspage = this.first(groups);
    if (zspage !== null) this.remove(zspage);
    return zspage;
  }

  private first(groups: readonly Fullness[]): Zspage | null {
    for (const group of groups) for (const zspage of this.groups[group]!) return zspage;
    return null;
  }
}
