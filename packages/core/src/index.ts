/**
 * The simulated kernel: page frames, movable pages, migration, and what a driver is written against.
 *
 * @packageDocumentation
 */
import 'reflect-metadata';

export { inject } from 'tsyringe';
export {
  BitLock,
  choose,
  Completion,
  completion,
  freeShared,
  HANDLE,
  join,
  kthread,
  KThread,
  MachineError,
  Mutex,
  mutex,
  now,
  random,
  relax,
  RwLock,
  rwLock,
  rwSemaphore,
  shared,
  SharedObject,
  spawn,
  SpinLock,
  spinLock,
  WaitQueue,
  waitQueue,
  Word,
  word,
  Work,
  WorkQueue,
  workQueue,
  yieldNow,
  type Op,
} from '@movable-pages/machine';
export { quiescentBreaches, type ForeignReferences } from './check/quiescent-breaches.js';
export { resultBreaches } from './check/result-breaches.js';
export { runningBreaches } from './check/running-breaches.js';
export { stepBreaches } from './check/step-breaches.js';
export { VmCensus } from './check/vm-census.js';
export { Errno, errnoName, MIGRATEPAGE_SUCCESS } from './errno.js';
export type { MigrationEntryEvent, VmEventMap } from './events/events.js';
export { allocContigRange, freeContigRange } from './contig/alloc-contig-range.js';
export { traceDat } from './events/trace-dat.js';
export { TraceLog, type TraceFlags, type TraceOptions } from './events/trace-log.js';
export type { VmCounter } from './events/vmstat.js';
export { Kernel, type KernelOptions } from './kernel.js';
export { rightSteps, type VmSteps } from './vm-steps.js';
export { countIsolated } from './lru/count-isolated.js';
export { isolateLruPage } from './lru/isolate-lru-page.js';
export { Lru } from './lru/lru.js';
export { LruList } from './lru/lru-list.js';
export { putbackLruPage } from './lru/putback-lru-page.js';
export { AOP_WRITEPAGE_ACTIVATE, type AddressSpace, type AddressSpaceOps } from './mapping/address-space.js';
export type { AnonVma } from './mapping/anon-vma.js';
export { fork } from './mapping/fork.js';
export { getUserPage, PIN_BIAS, unpinUserPage, type GupOptions } from './mapping/get-user-page.js';
export { madviseDontNeed } from './mapping/madvise.js';
export { mlock, munlock } from './mapping/mlock.js';
export { mmap, type MmapOptions } from './mapping/mmap.js';
export { Mm, Rss } from './mapping/mm.js';
export type { MmRegistry } from './mapping/mm-registry.js';
export { mprotect } from './mapping/mprotect.js';
export { mremap } from './mapping/mremap.js';
export { exitMm, munmap } from './mapping/munmap.js';
export type { PageTable } from './mapping/page-table.js';
export { EntryType, mapsFrame, PteBit, pteNumber } from './mapping/pte.js';
export { userRead, userWrite } from './mapping/user-access.js';
export { VmFlag } from './mapping/vm-flag.js';
export { Vma } from './mapping/vma.js';
export { FrameTable, PageWord } from './memory/frame-table.js';
export { Gfp } from './memory/gfp.js';
export { PAGE_ALLOC_FAILS, type AllocOptions } from './memory/page-allocator.js';
export { flagNames, MappingTag, PageFlag } from './memory/page-flags.js';
export { PageList, pageList, type ListParty } from './memory/page-list.js';
export { Page } from './memory/page.js';
export { copyPage } from './migrate/copy-page.js';
export { moveDriverPage } from './migrate/move-to-new-page.js';
export { migratePage } from './migrate/migrate-page.js';
export {
  IsolateMode,
  MigrateMode,
  migrateModeName,
  MigrateReason,
  migrateReasonName,
} from './migrate/migrate-mode.js';
export {
  allocSameNode,
  migratePages,
  type FreePageFn,
  type MigrateRequest,
  type NewPageFn,
} from './migrate/migrate-pages.js';
export { isolateMovablePage } from './movable/isolate-movable-page.js';
export type { MovableOps } from './movable/movable-mapping.js';
export {
  clearPageMovable,
  pageMapping,
  pageMovable,
  pageMovableHint,
  resetPageMapping,
  setPageMovable,
} from './movable/page-movable.js';
export { putbackMovablePage, putbackMovablePages } from './movable/putback-movable-pages.js';
export { kernelProfiles, linux510, linux61, type KernelProfile } from './profile/profile.js';
export { kswapd, type KswapdOptions } from './reclaim/kswapd.js';
export { Reclaim } from './reclaim/reclaim.js';
export { SWAP_CLUSTER_MAX } from './reclaim/shrink-node.js';
export { SHRINK_STOP, type OomNotifier, type Shrinker } from './reclaim/shrinker.js';
export { SwapDevice } from './swap/swap-device.js';
export { buildDriver, type BuiltDriver } from './registry/build-driver.js';
export {
  CAPABILITIES,
  CAPABILITY_METHODS,
  CONTRACTS,
  type AddressSpaceDriver,
  type Capability,
  type Contract,
  type DriverCallbacks,
  type DriverOf,
  type MovableOperationsDriver,
  type MovablePageDriver,
} from './registry/contract.js';
export {
  defineDriver,
  DriverDefinition,
  type DriverContext,
  type DriverInfo,
} from './registry/definition.js';
export { DriverRegistry } from './registry/driver-registry.js';
export { DriverError, type DriverErrorCode } from './registry/errors.js';
export { definitionOf, movableDriver, type DriverClass } from './registry/movable-driver.js';
export {
  DriverOptions,
  KernelService,
  MovableMapping,
  PageAllocator,
  VmEvents,
  VmStat,
} from './registry/tokens.js';
export { variantOf } from './registry/variant.js';
export type { Inventory, Workload } from './registry/workload.js';
export type { VmEvents as VmEventsService } from './events/events.js';
export type { VmStat as VmStatService } from './events/vmstat.js';
export type { PageAllocator as PageAllocatorService } from './memory/page-allocator.js';
export type { PageContents } from './memory/page-contents.js';
export type { PageLists } from './memory/page-lists.js';
export type { MovableMapping as MovableMappingService } from './movable/movable-mapping.js';
export type { DriverFactory } from './registry/definition.js';
export type { AllocBlockOptions } from './memory/page-allocator.js';
export { adjustManagedPageCount } from './memory/adjust-managed-page-count.js';
export { checkMemory, memoryBreaches } from './memory/check-memory.js';
export type { MemoryNode } from './memory/memory-node.js';
export type { BuddyOptions, BuddySettings, NodeOptions, PerCpuOptions } from './memory/memory-options.js';
export type { MemoryPressure } from './memory/memory-pressure.js';
export { MIGRATE_TYPE_NAMES, MigrateType } from './memory/migrate-type.js';
export type { NodeCounter, NodeStat } from './memory/node-stat.js';
export type { PageBlocks } from './memory/page-blocks.js';
export type { PageOrigin, PageOwners } from './memory/page-owners.js';
export {
  PageReporting,
  type FreeBlock,
  type PageReportingDevice,
  type PageReportingOptions,
} from './memory/page-reporting.js';
export type { PhysicalMemory } from './memory/physical-memory.js';
export { watermarksOf, type WatermarkFacts, type Watermarks } from './memory/watermarks.js';
export { ZONE_NAMES, ZoneType, type ZoneName } from './memory/zone-type.js';
export { ZoneWord, type Zone } from './memory/zone.js';
export { nodeOrders, type NodeFacts } from './memory/zonelist.js';
export type { Buddy } from './memory/buddy.js';
export type { FreeAreas } from './memory/free-areas.js';
export type { FreeList } from './memory/free-list.js';
export type { Fallback, Steal } from './memory/steal.js';
export { CompactResult, compactResultName } from './compact/compact-result.js';
export { CompactControl, type CompactOptions } from './compact/compact-control.js';
export { compactMemory, compactNode } from './compact/compact-node.js';
export { compactZone } from './compact/compact-zone.js';
export { settleAfterReclaim } from './compact/settle-after-reclaim.js';
export { compactionDeferred, deferCompaction, resetDeferral } from './compact/deferral.js';
export { extFragPercent, fragmentationIndex, freeBlockCounts } from './compact/fragmentation.js';
export { Kcompactd } from './compact/kcompactd.js';
export { nodeScore, proactiveMarks, type ProactiveMarks } from './compact/proactive.js';
export { compactionSuitable, type SuitabilityQuestion } from './compact/suitability.js';
export { findUnmovablePage, type IsolateOptions } from './contig/find-unmovable-page.js';
export { isolatePageblock, unisolatePageblock } from './contig/isolate-pageblock.js';
export { startIsolatePageRange, undoIsolatePageRange } from './contig/isolate-page-range.js';
export { rangeIsIsolated } from './contig/range-is-isolated.js';
export type {
  MemoryAction,
  MemoryNotice,
  MemoryNotifier,
  MemoryNotifierChain,
} from './hotplug/memory-notifier.js';
export { offlinePages, onlinePages, type OfflineOptions } from './hotplug/offline-pages.js';
export { formatBuddyinfo } from './proc/buddyinfo.js';
export { formatPageOwner } from './proc/page-owner.js';
export { formatPagetypeinfo } from './proc/pagetypeinfo.js';
export { formatVmstat } from './proc/vmstat.js';
export { formatZoneinfo } from './proc/zoneinfo.js';
export { numaMaps, type NumaMapsLine } from './proc/numa-maps.js';
