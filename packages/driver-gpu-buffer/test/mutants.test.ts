import { budgets, checkDriver } from '@movable-pages/conformance';
import {
  copyPage,
  defineDriver,
  Errno,
  MIGRATEPAGE_SUCCESS,
  MigrateMode,
  type Op,
  type Page,
} from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { GpuBufferDriver, type GpuBuffer, type GpuBufferOptions } from '../src/index.ts';
import { capabilitiesOf, defaultOptions } from '../src/options.ts';

type Migrate = Parameters<GpuBufferDriver['migratePage']>;
type Move = [buffer: GpuBuffer, newPage: Page, oldPage: Page, mode: MigrateMode];

/** The mistake: copies, and takes the page from the device afterwards. */
class UnmapsAfterTheCopy extends GpuBufferDriver {
  override *move(...[buffer, newPage, oldPage, mode]: Move): Op<number> {
    if ((yield* buffer.pinned()) || !buffer.state.resident) return -Errno.EAGAIN;
    const { index } = oldPage;
    yield* copyPage(newPage, oldPage);
    if (!(yield* this.deviceAtRest(buffer, mode))) return -Errno.EAGAIN;
    this.mmu.unmap(buffer.address + index, 1);
    this.mmu.remap(buffer.address + index, newPage);
    yield* this.residency.replace(buffer, index, newPage);
    return MIGRATEPAGE_SUCCESS;
  }
}

/** The mistake: gives up half-way, and leaves the device without the page. */
class ForgetsToRestore extends GpuBufferDriver {
  override *move(...[buffer, newPage, oldPage, mode]: Move): Op<number> {
    const result = yield* super.move(buffer, newPage, oldPage, mode);
    if (result === -Errno.EAGAIN) this.mmu.unmap(buffer.address + oldPage.index, 1);
    return result;
  }
}

/** The mistake: waits for the device whatever the mode. */
class WaitsInEveryMode extends GpuBufferDriver {
  override deviceAtRest({ queue }: GpuBuffer): Op<boolean> {
    return queue.waitIdle();
  }
}

/** The mistake: waits for nothing. */
class NeverWaits extends GpuBufferDriver {
  override *deviceAtRest(): Op<boolean> {
    return true;
  }
}

/** The mistake: holds a spinlock over the copy, which the device does in its own time (buffer heads, 2019 and 2025). */
class CopiesUnderASpinlock extends GpuBufferDriver {
  override *move(...args: Move): Op<number> {
    yield* this.poolLock.acquire();
    const result = yield* super.move(...args);
    yield* this.poolLock.release();
    return result;
  }
}

/** The mistake: the buffer leads to the new page, the device's table still to the old one (swap cache, 2023). */
class LeavesAStalePointer extends GpuBufferDriver {
  override *move(...[buffer, newPage, oldPage, mode]: Move): Op<number> {
    const { index } = oldPage;
    const result = yield* super.move(buffer, newPage, oldPage, mode);
    if (result === MIGRATEPAGE_SUCCESS) this.mmu.remap(buffer.address + index, oldPage);
    return result;
  }
}

/** The mistake: moves without the lock that taking back holds (aio ring, 2013). */
class MovesWithoutTheReservation extends GpuBufferDriver {
  override *migratePage(...[newPage, oldPage, mode]: Migrate): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    const result = yield* this.move(this.buffers[oldPage.private - 1]!, newPage, oldPage, mode);
    if (result !== MIGRATEPAGE_SUCCESS) return result;
    yield* this.residency.letGo(oldPage);
    yield* oldPage.put();
    return MIGRATEPAGE_SUCCESS;
  }
}

/** The mistake: checks that nobody uses the buffer, lets go of the lock, takes it again and moves (buffer heads, 2019). */
class ChecksAndLetsGo extends GpuBufferDriver {
  override *move(...[buffer, newPage, oldPage, mode]: Move): Op<number> {
    if ((yield* buffer.pinned()) || !buffer.state.resident) return -Errno.EBUSY;
    if (!(yield* this.deviceAtRest(buffer, mode))) return -Errno.EAGAIN;
    yield* buffer.reservation.release();
    if (!(yield* buffer.reserve(false))) yield* buffer.reservation.acquire();
    const { index } = oldPage;
    this.mmu.unmap(buffer.address + index, 1);
    yield* copyPage(newPage, oldPage);
    this.mmu.remap(buffer.address + index, newPage);
    yield* this.residency.replace(buffer, index, newPage);
    return MIGRATEPAGE_SUCCESS;
  }
}

/** The mistake: takes a buffer back while the device is at work on it. */
class TakesBackTooEarly extends GpuBufferDriver {
  override *destroy(buffer: GpuBuffer): Op<void> {
    yield* buffer.reservation.acquire();
    yield* this.residency.release(buffer);
    yield* buffer.reservation.release();
    yield* this.poolLock.acquire();
    this.used[buffer.id - 1] = false;
    yield* this.poolLock.release();
  }
}

/** The mistake: looks at pins when a page is isolated, and not again when it is moved. */
class DoesNotLookAtPins extends GpuBufferDriver {
  override *move(...[buffer, newPage, oldPage, mode]: Move): Op<number> {
    if (!buffer.state.resident || !(yield* this.deviceAtRest(buffer, mode))) return -Errno.EAGAIN;
    const { index } = oldPage;
    this.mmu.unmap(buffer.address + index, 1);
    yield* copyPage(newPage, oldPage);
    this.mmu.remap(buffer.address + index, newPage);
    yield* this.residency.replace(buffer, index, newPage);
    return MIGRATEPAGE_SUCCESS;
  }
}

/** The mistake: drops the reference on the new page with that on the old one. */
class PutsBothPages extends GpuBufferDriver {
  override *migratePage(...[newPage, oldPage, mode]: Migrate): Op<number> {
    const result = yield* super.migratePage(newPage, oldPage, mode);
    if (result === MIGRATEPAGE_SUCCESS) yield* newPage.put();
    return result;
  }
}

/** The mistake: the shrinker counts what it would have liked to have. */
class CountsWhatIsBusy extends GpuBufferDriver {
  override *shrink(wanted?: number): Op<number> {
    return Math.max(yield* super.shrink(wanted), 1);
  }
}

type Mutant = new (...args: ConstructorParameters<typeof GpuBufferDriver>) => GpuBufferDriver;

const mutants: readonly [
  what: string,
  mutant: Mutant,
  scenario: string,
  rule: string,
  preemptions: number,
][] = [
  ['takes a page from the device after it copied it', UnmapsAfterTheCopy, 'page-group', 'MP-RACE-001', 1],
  ['forgets to map a page again when it gives up', ForgetsToRestore, 'migrate-sync-no-copy', 'MP-MIG-004', 0],
  ['waits for the fence in ASYNC mode', WaitsInEveryMode, 'migrate-async', 'MP-CTX-002', 0],
  ['waits for the fence in SYNC_LIGHT mode', WaitsInEveryMode, 'migrate-sync-light', 'MP-CTX-002', 0],
  ['moves a page beneath the device', NeverWaits, 'page-group', 'MP-RACE-001', 1],
  ['copies under a spinlock', CopiesUnderASpinlock, 'migrate-sync-no-copy', 'MP-CTX-001', 0],
  ['leaves a stale pointer in the device table', LeavesAStalePointer, 'page-group', 'MP-UAF-001', 1],
  [
    'moves a page beside the taking back of its buffer',
    MovesWithoutTheReservation,
    'page-group',
    'MP-RACE-001',
    1,
  ],
  ['lets go of its lock between the check and the move', ChecksAndLetsGo, 'pinned', 'MP-PIN-001', 2],
  ['takes a buffer back beneath the device', TakesBackTooEarly, 'page-group', 'MP-RACE-001', 1],
  ['looks at pins too early', DoesNotLookAtPins, 'pinned-meanwhile', 'MP-PIN-001', 0],
  ['puts the new page', PutsBothPages, 'page-group', 'MP-REL-001', 0],
  ['counts pages that it did not free', CountsWhatIsBusy, 'shrink', 'MP-SHR-001', 1],
];

describe('a driver that', () => {
  it.each(mutants)('%s is caught', (_what, Mutant, scenario, rule, preemptions) => {
    const definition = defineDriver<GpuBufferOptions, 'movable_operations'>({
      name: 'gpu-buffer',
      contract: 'movable_operations',
      capabilities: capabilitiesOf,
      options: defaultOptions,
      create: ({ kernel, allocator, mapping, options }) => new Mutant(kernel, allocator, mapping, options),
    });
    const { findings } = checkDriver(definition, {
      scenarios: [scenario],
      profiles: ['linux-6.1'],
      budget: { ...budgets.quick, name: 'brief', preemptions },
      driverOptions: { copyEngine: scenario === 'migrate-sync-no-copy' },
    });
    expect(findings.map(({ ruleId }) => ruleId)).toContain(rule);
  });
});
