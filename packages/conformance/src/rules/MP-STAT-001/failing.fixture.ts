import type { Op, Page } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** Counts its pages by node. */
export class CountsByNode extends ListDriver {
  override *enlist(page: Page): Op<Cell> {
    this.count(page, 1);
    return yield* super.enlist(page);
  }

  override *free(cell: Cell): Op<void> {
    yield* this.lock.acquire();
    const { page } = cell;
    yield* this.lock.release();
    yield* super.free(cell);
    this.count(page, -1);
  }

  protected count(page: Page, amount: number): void {
    this.context.kernel.memory.nodeStat.add(page.node, 'nr_zspages', amount);
  }
}

/** The mistake: a page that moves to another node is counted on the old one still. */
export const failing = listDriver('counts-where-it-was', CountsByNode);

/** The mistake: nobody counts a page that comes. */
class CountsOnlyWhatGoes extends CountsByNode {
  protected override count(page: Page, amount: number): void {
    if (amount < 0) super.count(page, amount);
  }
}

export const countsOnlyWhatGoes = listDriver('counts-only-what-goes', CountsOnlyWhatGoes);
