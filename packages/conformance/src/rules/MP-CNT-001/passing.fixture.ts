import type { Workload } from '@movable-pages/core';
import { listDriver, ListDriver, type Cell } from '../list-driver.fixture.js';

/** The list driver with a count of what is isolated. */
export class CountsIsolated extends ListDriver {
  override workload(): Workload<Cell> {
    return {
      ...super.workload(),
      inspect: () => ({
        pages: this.list.length + this.state.isolated,
        objects: this.cells.length,
        isolated: this.state.isolated,
      }),
    };
  }
}

export const passing = listDriver('counts-isolated', CountsIsolated);
