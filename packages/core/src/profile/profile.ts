import { PageFlag } from '../memory/page-flags.js';

/**
 * What differs between kernels, as named behaviours. Code asks a behaviour, never a version; a VM with a historic bug is
 * a profile with one behaviour changed.
 *
 * @since 0.1.0
 */
export interface KernelProfile {
  readonly name: string;
  /** Passes of `migrate_pages` over a list. */
  readonly passes: number;
  /** Passes that only try page locks; later ones may sleep. */
  readonly passesBeforeForce: number;
  /** What happens to a page whose failure is permanent: put back at once, or left for the caller. */
  readonly permanentFailure: 'putback' | 'return-list';
  /** A page found freed by its count of 1 has its isolation mark taken off by `migrate_pages`. */
  readonly freedPageClearsIsolated: boolean;
  /** How many of the pages of a list are migrated in one batch: `pages`, or fewer. */
  readonly batchOf: (pages: number) => number;
  /** A page that was moved for `MigrateReason.demotion` stays counted as isolated: whoever demotes lowers the count. */
  readonly demoterCountsIsolated: boolean;
  /** `pgmigrate_fail` counts base pages, and retries too when an allocation failure ends a call. */
  readonly countsFailedPagesApart: boolean;
  /** Under the lock of a page cache, migration compares the slot with the page beside freezing the count. */
  readonly checksSlotBeforeFreeze: boolean;
  /** Page flags that say that private data hold a reference. */
  readonly privateRefFlags: number;
  /** When the new page of a migration goes to the LRU: after its lock is dropped, or before its entries are restored. */
  readonly newPageToLru: 'after-unlock' | 'before-entries';
  /** Whoever waits for a migration takes a reference until he is queued. */
  readonly migrationWaitTakesReference: boolean;
  /** Each migration entry that is made or removed is an event. */
  readonly tracesMigrationEntries: boolean;
  /** Migration entries remember whether the page was young or dirty. */
  readonly entriesKeepAccessBits: boolean;
  /** Anonymous pages that only one process can map are marked; writes go by the mark, not by the count. */
  readonly tracksAnonExclusive: boolean;
  /** `mlock` marks the pages that are there as it marks their area, and drains the add cache after each step. */
  readonly mlockDrainsAddCache: boolean;
  /** Whoever empties page blocks keeps the add caches empty meanwhile, and does not only drain them once. */
  readonly disablesAddCache: boolean;
  /** Lines of a trace have a letter that says how deep migration between processors is disabled. */
  readonly traceHasMigrateDisable: boolean;
}

/** The contract of the 5.9 to 5.19 kernels. The default. @since 0.1.0 */
export const linux510: KernelProfile = Object.freeze({
  name: 'linux-5.10',
  passes: 10,
  passesBeforeForce: 2,
  permanentFailure: 'putback',
  freedPageClearsIsolated: true,
  batchOf: (pages: number) => pages,
  demoterCountsIsolated: false,
  countsFailedPagesApart: false,
  checksSlotBeforeFreeze: true,
  privateRefFlags: PageFlag.private | PageFlag.private2,
  newPageToLru: 'after-unlock',
  migrationWaitTakesReference: true,
  tracesMigrationEntries: false,
  entriesKeepAccessBits: false,
  tracksAnonExclusive: false,
  mlockDrainsAddCache: false,
  disablesAddCache: false,
  traceHasMigrateDisable: false,
});

/** The shape of a 6.1 long-term kernel. @since 0.1.0 */
export const linux61: KernelProfile = Object.freeze({
  ...linux510,
  name: 'linux-6.1',
  permanentFailure: 'return-list',
  freedPageClearsIsolated: false,
  batchOf: (pages: number) => Math.min(pages, 512),
  demoterCountsIsolated: true,
  countsFailedPagesApart: true,
  checksSlotBeforeFreeze: false,
  privateRefFlags: PageFlag.private,
  newPageToLru: 'before-entries',
  migrationWaitTakesReference: false,
  tracesMigrationEntries: true,
  entriesKeepAccessBits: true,
  tracksAnonExclusive: true,
  mlockDrainsAddCache: true,
  disablesAddCache: true,
  traceHasMigrateDisable: true,
});

/** The profiles that there are, by name. @since 0.1.0 */
export const kernelProfiles: ReadonlyMap<string, KernelProfile> = new Map(
  [linux510, linux61].map((profile) => [profile.name, profile]),
);
