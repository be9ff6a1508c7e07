import { shared, type Op, type Page, type Workload } from '@movable-pages/core';
import { listDriver, type Cell } from '../list-driver.fixture.js';
import { SwappingDriver, WaitingDriver } from './passing.fixture.js';

/** The mistake: counts a page before it knows that it can have it. */
class CountsTooEarly extends SwappingDriver {
  override *swapOut(cell: Cell): Op<number> {
    yield* super.swapOut(cell);
    return 1;
  }
}

export const failing = listDriver('counts-too-early', CountsTooEarly, ['shrinks']);

/** The mistake: what it counts stays with it until the cell is freed. */
class KeepsUntilFreed extends WaitingDriver {
  readonly kept = shared(new Map<Cell, Page>());

  override *swapOut(cell: Cell): Op<number> {
    const { page } = cell;
    yield* page.get();
    const freed = yield* super.swapOut(cell);
    if (freed > 0) this.kept.set(cell, page);
    else yield* page.put();
    return freed;
  }

  override *free(cell: Cell): Op<void> {
    yield* super.free(cell);
    yield* this.lock.acquire();
    const page = this.kept.get(cell);
    this.kept.delete(cell);
    yield* this.lock.release();
    if (page !== undefined) yield* page.put();
  }
}

export const keepsUntilFreed = listDriver('keeps-until-freed', KeepsUntilFreed, ['shrinks']);

/** The mistake: does not say how many. */
class SaysNothing extends SwappingDriver {
  override workload(): Workload<Cell> {
    const shrink = () => this.shrink();
    return {
      ...super.workload(),
      *shrink(): Op<never> {
        yield* shrink();
        return undefined as never;
      },
    };
  }
}

export const saysNothing = listDriver('says-nothing', SaysNothing, ['shrinks']);

/** Not wrong, and no proof either: there is never anything to give back. */
class HasNothing extends SwappingDriver {
  override *shrink(): Op<number> {
    return 0;
  }
}

export const hasNothing = listDriver('has-nothing', HasNothing, ['shrinks']);
