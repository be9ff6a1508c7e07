import {
  allocSameNode,
  isolateMovablePage,
  MigrateMode,
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type Op,
} from '@movable-pages/core';
import type { CompressedRamDisk } from './ram-disk.js';

/** Has the VM move every page of the disk, as compaction does; gives how many did. */
export function movePages(disk: CompressedRamDisk): number {
  const { kernel } = disk;
  return disk.run(function* (): Op<number> {
    const list = kernel.lists.create('isolated', 'vm');
    for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
      const page = kernel.page(pfn);
      if ((yield* isolateMovablePage(page, 0)) === 0) list.addTail(page);
    }
    const isolated = list.length;
    if (isolated > 0)
      yield* migratePages(list, {
        getNewPage: allocSameNode,
        freePage: null,
        mode: MigrateMode.sync,
        reason: MigrateReason.compaction,
      });
    const left = list.length;
    yield* putbackMovablePages(list);
    list.dispose();
    return isolated - left;
  });
}
