import type { Op } from '@movable-pages/machine';
import { isMigrateMovable, MigrateType } from '../memory/migrate-type.js';
import { IsolateMode, MigrateMode } from '../migrate/migrate-mode.js';
import type { CompactControl } from './compact-control.js';
import { updateCachedMigrate } from './cached-positions.js';
import { scanMigrateBlock } from './scan-migrate-block.js';

/** How the migrate scanner fared. @kernel mm/compaction.c isolate_migrate_t */
export const IsolateResult = { abort: 0, none: 1, success: 2 } as const;
/** One of {@link IsolateResult}. */
export type IsolateResult = (typeof IsolateResult)[keyof typeof IsolateResult];

/**
 * Has the migrate scanner go up, block by block, to the first in which it may look, and isolate what it can there.
 *
 * @kernel mm/compaction.c isolate_migratepages
 */
export function* isolateMigratePages(cc: CompactControl): Op<IsolateResult> {
  const { zone, kernel } = cc;
  const blocks = kernel.memory.blocks!;
  const mode =
    (kernel.memory.settings!.compactUnevictable ? IsolateMode.unevictable : 0) |
    (cc.mode === MigrateMode.sync ? 0 : IsolateMode.asyncMigrate);
  let pfn = cc.migratePfn;
  let end = Math.min(blocks.end(pfn), zone.endPfn);
  // Not into the block in which the free scanner is.
  for (; end <= cc.freePfn; pfn = end, end = Math.min(blocks.end(pfn), zone.endPfn)) {
    cc.migratePfn = pfn;
    const atStart = pfn === Math.max(blocks.start(pfn), zone.startPfn);
    if (atStart && !cc.ignoreSkipHint && (yield* blocks.isSkipped(pfn))) continue;
    if (!(yield* isSource(cc, pfn))) {
      yield* updateCachedMigrate(cc, end);
      continue;
    }
    if ((yield* scanMigrateBlock(cc, pfn, end, mode)) !== 0) return IsolateResult.abort;
    return cc.migratePages.length > 0 ? IsolateResult.success : IsolateResult.none;
  }
  cc.migratePfn = pfn;
  return IsolateResult.none;
}

/**
 * Whether a block is one to move pages out of. Whoever waits for the result of an ASYNC compaction looks at blocks of its
 * own type only.
 *
 * @kernel mm/compaction.c suitable_migration_source
 */
function* isSource(cc: CompactControl, pfn: number): Op<boolean> {
  if (!cc.skipOnFailure) return true;
  yield* cc.zone.look();
  const type = cc.kernel.memory.blocks!.typeOf(pfn);
  return cc.migrateType === MigrateType.movable ? isMigrateMovable(type) : type === cc.migrateType;
}
