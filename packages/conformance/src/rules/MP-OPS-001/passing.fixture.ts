import type { Op, Workload } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The list driver as something that is loaded: it registers its operations and takes a page for itself. */
export class LoadsItself extends ListDriver {
  *load(): Op<boolean> {
    const { allocator, mapping } = this.context;
    yield* mapping.register();
    const page = yield* allocator.allocPage();
    if (page === null) {
      yield* this.undo();
      return false;
    }
    yield* page.put();
    return true;
  }

  /** Undoes what loading did before it failed. */
  *undo(): Op<void> {
    yield* this.context.mapping.unregister();
  }

  *unload(): Op<void> {
    yield* this.context.mapping.unregister();
  }

  override workload(): Workload<Cell> {
    return { ...super.workload(), load: () => this.load(), unload: () => this.unload() };
  }
}

export const passing = listDriver('loads-itself', LoadsItself);
