import { PageWord, type Op, type Page } from '@movable-pages/core';
import { OpKind } from '@movable-pages/machine';
import { listDriver, ListDriver } from '../list-driver.fixture.js';

/** The mistake: wipes page.mapping itself once clearPageMovable has been called, "so that nothing is left in it". */
class WipesTheMapping extends ListDriver {
  override *lockPageOf(cell: { page: Page }): Op<Page> {
    const page = yield* super.lockPageOf(cell);
    const { machine, frames } = this.context.kernel;
    yield* machine.makeOp(OpKind.fetchAnd, frames.location(page.pfn, PageWord.mapping), ~0, 0);
    return page;
  }
}

export const failing = listDriver('wipes-the-mapping', WipesTheMapping);
