import { describe, expect, test } from 'vitest';
import { CompactResult, Gfp, Kernel, linux61, TraceLog, type VmEventMap } from '../../src/index.ts';

type Sample<E extends keyof VmEventMap = keyof VmEventMap> = {
  [K in E]: readonly [event: K, fields: VmEventMap[K][0], text: string];
}[E];

const range = { zoneStart: 0x1000, migratePfn: 0x1200, freePfn: 0x1e00, zoneEnd: 0x2000 };
const zone = { node: 1, zone: 'DMA32', order: 9 } as const;
const scan = { startPfn: 0x1200, endPfn: 0x1240, scanned: 64, taken: 32 };

/** Fields and what the kernel prints of them. */
const samples: readonly Sample[] = [
  [
    'set_migration_pte',
    { vpn: 0x7f012, pageSize: 4096, pte: 0x80000104 | 0, order: 0 },
    'addr=7f012000, pte=80000104 order=0',
  ],
  ['mm_compaction_isolate_migratepages', scan, 'range=(0x1200 ~ 0x1240) nr_scanned=64 nr_taken=32'],
  ['mm_compaction_isolate_freepages', scan, 'range=(0x1200 ~ 0x1240) nr_scanned=64 nr_taken=32'],
  ['mm_compaction_migratepages', { migrated: 30, failed: 2 }, 'nr_migrated=30 nr_failed=2'],
  [
    'mm_compaction_begin',
    { ...range, sync: true },
    'zone_start=0x1000 migrate_pfn=0x1200 free_pfn=0x1e00 zone_end=0x2000, mode=sync',
  ],
  [
    'mm_compaction_end',
    { ...range, sync: false, status: CompactResult.complete },
    'zone_start=0x1000 migrate_pfn=0x1200 free_pfn=0x1e00 zone_end=0x2000, mode=async status=complete',
  ],
  [
    'mm_compaction_try_to_compact_pages',
    { order: 9, gfp: Gfp.kernel, priority: 2 },
    'order=9 gfp_mask=GFP_KERNEL priority=2',
  ],
  [
    'mm_compaction_finished',
    { ...zone, result: CompactResult.noSuitablePage },
    'node=1 zone=DMA32    order=9 ret=no_suitable_page',
  ],
  [
    'mm_compaction_suitable',
    { ...zone, result: CompactResult.skipped },
    'node=1 zone=DMA32    order=9 ret=skipped',
  ],
  [
    'mm_compaction_deferred',
    { ...zone, orderFailed: 8, considered: 3, shift: 2 },
    'node=1 zone=DMA32    order=9 order_failed=8 consider=3 limit=4',
  ],
  ['mm_compaction_kcompactd_sleep', { node: 3 }, 'nid=3'],
  [
    'mm_compaction_kcompactd_wake',
    { node: 3, order: 4, highestZone: 'Normal' },
    'nid=3 order=4 classzone_idx=Normal  ',
  ],
  [
    'mm_page_alloc_extfrag',
    {
      pfn: 0x1000,
      allocOrder: 0,
      fallbackOrder: 8,
      pageblockOrder: 9,
      allocMigrateType: 0,
      fallbackMigrateType: 1,
      changeOwnership: false,
    },
    'page=ffffea0000040000 pfn=0x1000 alloc_order=0 fallback_order=8 pageblock_order=9 ' +
      'alloc_migratetype=0 fallback_migratetype=1 fragmenting=1 change_ownership=0',
  ],
];

describe('the fields of a tracepoint are printed as the kernel does', () => {
  test.each(samples)('%s', (event, fields, text) => {
    const kernel = new Kernel({ profile: linux61, pageSize: 64 });
    const log = new TraceLog(kernel);
    kernel.events.emit(event, fields as never);
    expect(log.lines).toHaveLength(1);
    expect(log.lines[0]!.slice(log.lines[0]!.indexOf(`: ${event}: `))).toBe(`: ${event}: ${text}`);
  });
});
