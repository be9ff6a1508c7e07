import type { Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  CompactControl,
  compactZone,
  Gfp,
  kernelProfiles,
  MigrateMode,
  MigrateType,
  PageFlag,
  quiescentBreaches,
  type AddressSpaceOps,
  type Kernel,
  type KernelProfile,
  type Page,
} from '../../src/index.ts';
import { migratePage } from '../../src/migrate/migrate-page.ts';
import { runVm } from '../support.ts';
import { endAll, filePage, pageAt, processWith, vmKernel } from '../vm-support.ts';

/** What there is of a filesystem. */
const SILENT: AddressSpaceOps = {};
const MOVES: AddressSpaceOps = { migratePage };

function machine(profile: KernelProfile): Kernel {
  return vmKernel({
    profile,
    nodes: [64],
    buddy: { pageBlockOrder: 3, maxOrder: 4, minFreeKbytes: 0 },
  });
}

/** Compacts, with a page in use in the last block: a block that is free as a whole is no place to move pages to. */
function* compact(kernel: Kernel, mode: MigrateMode): Op<void> {
  const rest: Page[] = [];
  const another = () => kernel.allocator.allocPage({ gfp: Gfp.highUserMovable });
  for (let page = yield* another(); page !== null; page = yield* another()) rest.push(page);
  const last = rest.find(({ pfn }) => pfn === 63)!;
  for (const page of rest) if (page !== last) yield* page.put();
  const cc = new CompactControl(kernel, kernel.memory.zones[0]!, {
    order: -1,
    mode,
    migrateType: MigrateType.movable,
    wholeZone: true,
  });
  yield* compactZone(cc);
  cc.dispose();
  yield* last.put();
}

describe.each([...kernelProfiles.values()])('a dirty page that compaction comes to ($name)', (profile) => {
  /** What compaction makes of a dirty page of a file: whether it took it off the LRU, and whether it moved. */
  function meet(ops: AddressSpaceOps, mode: MigrateMode, before?: (page: Page) => Op<void>) {
    const kernel = machine(profile);
    return runVm(kernel, function* () {
      const file = kernel.mms.createAddressSpace('file', 1, ops);
      const page = yield* filePage(kernel, file, 0, PageFlag.dirty);
      if (before !== undefined) yield* before(page);
      yield* compact(kernel, mode);
      const moved = file.peekSlot(0) !== page;
      const { vmstat } = kernel;
      const taken = vmstat.read('pgmigrate_success') + vmstat.read('pgmigrate_fail') > 0;
      if (page.lockedByMe()) yield* page.unlock();
      yield* kernel.lru.drainAll();
      expect(quiescentBreaches(kernel)).toEqual([]);
      return { taken, moved };
    });
  }

  const { async: ASYNC, syncLight: LIGHT, sync: SYNC } = MigrateMode;

  it.each([ASYNC, LIGHT])('is passed over in mode %i if it would have to be written', (mode) => {
    expect(meet(SILENT, mode)).toEqual({ taken: false, moved: false });
  });

  it.each([ASYNC, LIGHT])('moves in mode %i if its filesystem moves pages', (mode) => {
    expect(meet(MOVES, mode)).toEqual({ taken: true, moved: true });
  });

  it.each([ASYNC, LIGHT])('is passed over in mode %i while somebody has its lock', (mode) => {
    expect(meet(MOVES, mode, (page) => page.lock())).toEqual({ taken: false, moved: false });
  });

  it('is taken in mode SYNC, which may write it', () => {
    expect(meet(SILENT, SYNC)).toEqual({ taken: true, moved: false });
  });

  it('moves in every mode if it is anonymous: there is nothing to write', () => {
    const kernel = machine(profile);
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      yield* page.setFlags(PageFlag.dirty);
      yield* compact(kernel, ASYNC);
      expect(pageAt(mm, start)).not.toBe(page);
      yield* endAll(kernel, mm);
    });
  });
});
