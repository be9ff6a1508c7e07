import { OpKind, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from '../memory/frame-table.js';
import { MigrateType } from '../memory/migrate-type.js';
import { MappingTag, PageFlag } from '../memory/page-flags.js';
import type { Page } from '../memory/page.js';
import { ZoneType } from '../memory/zone-type.js';

/** What a range is to be emptied for. @since 0.1.0 */
export interface IsolateOptions {
  /** The type that its page blocks have and get back. Default movable. */
  readonly migrateType?: MigrateType;
  /** For taking memory offline: poisoned pages do not matter. */
  readonly offline?: boolean;
}

/**
 * The first page of a range that cannot move, or null. Looked at page by page without a lock: may be wrong either way by
 * the time it is used. Never sleeps.
 *
 * @param end One past the last page. The range lies in one page block.
 * @kernel mm/page_isolation.c has_unmovable_pages
 * @since 0.1.0
 */
export function* findUnmovablePage(
  kernel: Kernel,
  start: number,
  end: number,
  options: IsolateOptions = {},
): Op<Page | null> {
  const { machine, frames, memory } = kernel;
  const zone = memory.zoneOf(start);
  for (let pfn = start; pfn < end; pfn++) {
    const location = frames.location(pfn, PageWord.refCount);
    const count: number = yield* machine.makeOp(OpKind.load, location, 0, 0);
    if (count === 0) {
      yield* zone.look();
      if (zone.buddy!.areas.isHead(pfn)) pfn += (1 << zone.buddy!.areas.orderOf(pfn)) - 1;
    } else {
      yield* machine.makeOp(OpKind.load, frames.location(pfn, PageWord.mapping), 0, 0);
    }
    if (cannotMove(kernel, pfn, options)) return kernel.page(pfn);
  }
  return null;
}

/**
 * The same, all at one moment: for a step of the zone, in which nothing is allocated.
 *
 * @returns Its frame, or -1.
 */
export function peekUnmovablePage(
  kernel: Kernel,
  start: number,
  end: number,
  options: IsolateOptions,
): number {
  const { areas } = kernel.memory.zoneOf(start).buddy!;
  for (let pfn = start; pfn < end; pfn++) {
    if (areas.isHead(pfn)) pfn += (1 << areas.orderOf(pfn)) - 1;
    else if (cannotMove(kernel, pfn, options)) return pfn;
  }
  return -1;
}

function cannotMove(kernel: Kernel, pfn: number, options: IsolateOptions): boolean {
  const { frames, memory } = kernel;
  const flags = frames.peek(pfn, PageWord.flags);
  if (memory.blocks!.typeOf(pfn) === MigrateType.cma) return options.migrateType !== MigrateType.cma;
  if ((flags & PageFlag.reserved) !== 0) return true;
  if (memory.zoneOf(pfn).type === ZoneType.movable || frames.peek(pfn, PageWord.refCount) === 0) return false;
  if (options.offline === true && (flags & PageFlag.hwPoison) !== 0) return false;
  const movable = (frames.peek(pfn, PageWord.mapping) & MappingTag.mask) === MappingTag.movable;
  return !movable && (flags & PageFlag.lru) === 0;
}
