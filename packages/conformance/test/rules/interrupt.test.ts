import { freeShared, shared, spinLock, type Op, type SpinLock, type Workload } from '@movable-pages/core';
import { mutex, word } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import { listDriver, ListDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';
import { PinningDriver } from '../../src/rules/MP-PIN-001/passing.fixture.ts';
import { check, checkBriefly, expectOnly, foundAnywhere } from '../../src/rules/prove.fixture.ts';

/** Counts its interrupts under a lock that the others take with interrupts on. */
class IrqUnsafe extends ListDriver {
  *interrupt(): Op<void> {
    yield* this.lock.acquire();
    this.state.total += 0;
    yield* this.lock.release();
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupt() };
  }
}

/** Its handler only counts, in a word. */
class IrqSafe extends ListDriver {
  readonly interrupts = word('interrupts');

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupts.add(1) };
  }
}

/** Its handler waits. */
class SleepsInInterrupt extends ListDriver {
  readonly rest = mutex('rest');

  *interrupt(): Op<void> {
    yield* this.rest.acquire();
    yield* this.rest.release();
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupt() };
  }
}

/** Counts events of a device; the handler and all others take the lock of it as they must. */
class Counting extends PinningDriver {
  readonly deviceLock = spinLock('device.lock');
  readonly device = shared({ events: 0, gone: false });

  *interrupt(): Op<void> {
    yield* this.deviceLock.acquireIrqSave();
    if (!this.device.gone) this.device.events++;
    yield* this.deviceLock.releaseIrqRestore();
  }

  /** What others than the handler do with the device. */
  *settleUnder(lock: SpinLock, gone = false): Op<void> {
    yield* lock.acquireIrqSave();
    this.device.events = 0;
    if (gone) this.device.gone = true;
    yield* lock.releaseIrqRestore();
  }

  override *free(cell: Cell): Op<void> {
    yield* super.free(cell);
    yield* this.settleUnder(this.deviceLock);
  }

  override *unpin(cell: Cell): Op<void> {
    yield* super.unpin(cell);
    yield* this.settleUnder(this.deviceLock);
  }

  unload(): Op<void> {
    return this.settleUnder(this.deviceLock, true);
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupt(), unload: () => this.unload() };
  }
}

/** The mistake: asks for a lock that the handler does not, when an object is freed. */
class WrongLockInFree extends Counting {
  override *free(cell: Cell): Op<void> {
    yield* PinningDriver.prototype.free.call(this, cell);
    yield* this.settleUnder(this.lock);
  }
}

/** The mistake: the same, when an object is unpinned. */
class WrongLockInUnpin extends Counting {
  override *unpin(cell: Cell): Op<void> {
    yield* PinningDriver.prototype.unpin.call(this, cell);
    yield* this.settleUnder(this.lock);
  }
}

/** The mistake: the device goes away, and nobody tells the handler. */
class ForgetsInUnload extends Counting {
  override *unload(): Op<void> {
    yield* this.deviceLock.acquireIrqSave();
    freeShared(this.device);
    yield* this.deviceLock.releaseIrqRestore();
  }
}

describe('a driver with an interrupt handler', () => {
  it('must take what the handler takes with interrupts off', () => {
    const finding = expectOnly(check(listDriver('irq-unsafe', IrqUnsafe), 'interrupt'), 'MP-DEAD-001');
    expect(finding.title).toMatch(/list\.lock/);
  });

  it('must not sleep in it', () => {
    const finding = expectOnly(check(listDriver('irq-sleeps', SleepsInInterrupt), 'interrupt'), 'MP-CTX-001');
    expect(finding.where.thread).toBe('interrupt');
  });

  it('passes if it does neither', () => {
    expect(checkBriefly(listDriver('irq-safe', IrqSafe), 'interrupt').findings).toEqual([]);
  });

  it('passes beside all that a user does if everybody asks for the lock', () => {
    const right = listDriver('counts', Counting, ['pins']);
    const verdict = check(right, 'interrupt', 'interrupt-free', 'interrupt-pin', 'interrupt-unload');
    expect(verdict.findings).toEqual([]);
    expect(verdict.scenarios.map(({ preemptions }) => preemptions)).toEqual([2, 1, 1, 1]);
  });

  it.each([
    [
      'asks for another lock when it frees',
      'MP-RACE-001',
      WrongLockInFree,
      ['interrupt-free', 'interrupt-unload'],
    ],
    ['asks for another lock when it unpins', 'MP-RACE-001', WrongLockInUnpin, ['interrupt-pin']],
    ['frees its device and does not say so', 'MP-UAF-001', ForgetsInUnload, ['interrupt-unload']],
  ] as const)(
    'that %s is found where the handler comes beside that, and nowhere else',
    (_, rule, Parts, ids) => {
      const found = foundAnywhere(listDriver('forgets', Parts, ['pins']));
      expect(found).toEqual(ids.map((id) => `${id}: ${rule}`));
    },
  );
});
