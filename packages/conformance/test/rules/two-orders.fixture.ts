import {
  Errno,
  MigrateMode,
  spinLock,
  type MovableMapping,
  type Op,
  type Page,
  type SpinLock,
  type Workload,
} from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../../src/rules/list-driver.fixture.ts';

/** Counts refusals for want of memory, and migrations that must not wait: no scenario has both. */
class Counts extends ListDriver {
  readonly first: SpinLock = spinLock('counts.first');
  readonly second: SpinLock = spinLock('counts.second');
  readonly outer: SpinLock = spinLock('counts.outer');

  *both(outer: SpinLock, inner: SpinLock): Op<void> {
    yield* outer.acquire();
    yield* inner.acquire();
    yield* inner.release();
    yield* outer.release();
  }

  whenRefused(): Op<void> {
    return this.both(this.first, this.second);
  }

  whenAsync(): Op<void> {
    return this.both(this.first, this.second);
  }

  override *allocate(): Op<Cell | null> {
    const cell = yield* super.allocate();
    if (cell === null) yield* this.whenRefused();
    return cell;
  }

  override *migratePage(
    mapping: MovableMapping,
    newPage: Page,
    oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.async) yield* this.whenAsync();
    return yield* super.migratePage(mapping, newPage, oldPage, mode);
  }
}

/** The mistake: where memory is refused the locks are taken the other way round. */
class OtherWayRound extends Counts {
  override whenRefused(): Op<void> {
    return this.both(this.second, this.first);
  }
}

/** Takes them either way, but never without a third around them. */
class Gated extends OtherWayRound {
  override *both(outer: SpinLock, inner: SpinLock): Op<void> {
    yield* this.outer.acquire();
    yield* super.both(outer, inner);
    yield* this.outer.release();
  }
}

/** Takes the locks of its users the other way round where no user is left. */
class UnloadsOtherWayRound extends Counts {
  override *allocate(): Op<Cell | null> {
    yield* this.both(this.first, this.second);
    return yield* super.allocate();
  }

  override whenRefused(): Op<void> {
    return this.both(this.first, this.second);
  }

  *unload(): Op<void> {
    yield* this.both(this.second, this.first);
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), unload: () => this.unload() };
  }

  override *migratePage(
    _mapping: MovableMapping,
    _newPage: Page,
    _oldPage: Page,
    mode: MigrateMode,
  ): Op<number> {
    if (mode === MigrateMode.syncNoCopy) return -Errno.EINVAL;
    return yield* super.migratePage(_mapping, _newPage, _oldPage, MigrateMode.sync);
  }
}

/** The mistake: its handler takes a lock that is taken with interrupts on where memory is refused. */
class InterruptedWhenRefused extends Counts {
  override *whenRefused(): Op<void> {
    yield* this.first.acquire();
    yield* this.first.release();
  }

  override *whenAsync(): Op<void> {}

  *interrupt(): Op<void> {
    yield* this.first.acquire();
    yield* this.first.release();
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), interrupt: () => this.interrupt() };
  }
}

/** Takes it with interrupts off. */
class SafeWhenRefused extends InterruptedWhenRefused {
  override *whenRefused(): Op<void> {
    yield* this.first.acquireIrqSave();
    yield* this.first.releaseIrqRestore();
  }
}

export const oneOrder = listDriver('one-order', Counts);
/** {@link otherWayRound}, mended. */
export const mended = listDriver('other-way-round', Counts);
export const otherWayRound = listDriver('other-way-round', OtherWayRound);
export const gated = listDriver('gated', Gated);
export const unloadsOtherWayRound = listDriver('unloads-other-way-round', UnloadsOtherWayRound);
export const interruptedWhenRefused = listDriver('interrupted-when-refused', InterruptedWhenRefused);
export const safeWhenRefused = listDriver('safe-when-refused', SafeWhenRefused);
