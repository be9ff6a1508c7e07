import type { Kernel } from '../kernel.js';
import type { Gfp } from '../memory/gfp.js';
import type { MigrateType } from '../memory/migrate-type.js';
import type { PageList } from '../memory/page-list.js';
import { ZoneType } from '../memory/zone-type.js';
import type { Zone } from '../memory/zone.js';
import { MigrateMode } from '../migrate/migrate-mode.js';

/** Pages that a scanner isolates at a time. @kernel include/linux/swap.h COMPACT_CLUSTER_MAX */
export const COMPACT_CLUSTER_MAX = 32;

/** What a compaction is for. */
export interface CompactOptions {
  /** The order wanted; -1: as much as can be. */
  readonly order: number;
  readonly mode: MigrateMode;
  /** What the wanted block is for. */
  readonly migrateType: MigrateType;
  /** The allocation that wants it may touch file pages. Default true. */
  readonly fs?: boolean;
  readonly highestZone?: ZoneType;
  /** Scan from end to end, whatever the cached positions. */
  readonly wholeZone?: boolean;
  /** Look at blocks that are marked to be skipped. */
  readonly ignoreSkipHint?: boolean;
  /** Take free pages of blocks of any type as targets. */
  readonly ignoreBlockSuitable?: boolean;
  /** In the thread that wants the block. */
  readonly direct?: boolean;
  /** By the node's fragmentation score, not for an order. */
  readonly proactive?: boolean;
  /** For `alloc_contig_range`: compound pages too. */
  readonly contig?: boolean;
}

/**
 * A compaction on its way: where the scanners are, and what they hold. It belongs to one thread.
 *
 * @kernel mm/internal.h struct compact_control
 * @since 0.1.0
 */
export class CompactControl {
  readonly order: number;
  readonly mode: MigrateMode;
  readonly migrateType: MigrateType;
  readonly fs: boolean;
  readonly highestZone: ZoneType;
  readonly ignoreSkipHint: boolean;
  readonly ignoreBlockSuitable: boolean;
  readonly direct: boolean;
  readonly proactive: boolean;
  readonly contig: boolean;
  wholeZone: boolean;
  /** The next page for the migrate scanner, which goes up. */
  migratePfn = 0;
  /** The free scanner goes down from here. */
  freePfn = 0;
  /** Isolated pages that are to be migrated. */
  readonly migratePages: PageList;
  /** Free pages taken as targets. */
  readonly freePages: PageList;
  /** Pages isolated for the present batch; still counted while `migratePages` works on them. */
  toMigrate = 0;
  migrateScanned = 0;
  freeScanned = 0;
  /** The block is scanned a second time, to its end. */
  rescan = false;
  /** Somebody wants us to stop. */
  contended = false;

  constructor(
    readonly kernel: Kernel,
    readonly zone: Zone,
    options: CompactOptions,
  ) {
    this.order = options.order;
    this.mode = options.mode;
    this.migrateType = options.migrateType;
    this.fs = options.fs ?? true;
    this.highestZone = options.highestZone ?? ZoneType.movable;
    this.wholeZone = options.wholeZone ?? false;
    this.ignoreSkipHint = options.ignoreSkipHint ?? false;
    this.ignoreBlockSuitable = options.ignoreBlockSuitable ?? false;
    this.direct = options.direct ?? false;
    this.proactive = options.proactive ?? false;
    this.contig = options.contig ?? false;
    this.migratePages = kernel.lists.create('pages to migrate', 'vm');
    this.freePages = kernel.lists.create('pages to migrate to', 'vm');
  }

  /** Gives the lists' words back; both must be empty. */
  dispose(): void {
    this.migratePages.dispose();
    this.freePages.dispose();
  }

  /** Whether a failed page ends its order-aligned chunk: there is no use in half of one. */
  get skipOnFailure(): boolean {
    return this.direct && this.mode === MigrateMode.async;
  }

  /** Whether the scanners have met. @kernel mm/compaction.c compact_scanners_met */
  get scannersMet(): boolean {
    const { blocks } = this.kernel.memory;
    return blocks!.start(this.freePfn) <= blocks!.start(this.migratePfn);
  }
}

/** Whether an allocation may touch file pages. */
export function mayTouchFiles(gfp: Gfp): boolean {
  return gfp.fs ?? gfp.maySleep;
}
