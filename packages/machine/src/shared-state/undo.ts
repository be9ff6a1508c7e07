import { EXPIRED, LIVE, type Container } from './container.js';
import { containerDigest } from './state-digest.js';

/**
 * What an execution did to tracked state, and how to take it back: the containers it touched with their contents at the end of
 * construction, those that got new locations, and those it made. Nothing is logged key by key, because undoing by
 * key cannot restore the order of a Map.
 */
export class Undo {
  readonly #touched: Container[] = [];
  readonly #grown: Container[] = [];
  /** Made by this execution, in order. */
  readonly born: Container[] = [];

  /** Enters a container of construction before its first write in the execution `epoch`. */
  touch(container: Container, epoch: number): void {
    if (container.bornIn !== 0 || container.touchedIn === epoch) return;
    container.touchedIn = epoch;
    // Contents equal those at the end of construction: whatever earlier executions did has been undone.
    container.initial ??= container.copy();
    this.#touched.push(container);
  }

  grew(container: Container): void {
    if (container.bornIn === 0) this.#grown.push(container);
  }

  /** One number for what was changed: that of a container which was changed back is that of one never touched. */
  digest(): number {
    let sum = 0;
    for (const container of this.#touched) {
      const now = containerDigest(container, container.copy());
      sum = (sum + now - this.#digestOfInitial(container)) | 0;
    }
    return sum;
  }

  #digestOfInitial(container: Container): number {
    if (container.initialDigest === null) {
      const state = container.state;
      container.state = LIVE;
      container.initialDigest = containerDigest(container, container.initial!);
      container.state = state;
    }
    return container.initialDigest;
  }

  reset(): void {
    for (const container of this.#touched) {
      container.restore(container.initial!);
      container.state = LIVE;
      container.freedBy = null;
      container.freedAt = undefined;
    }
    for (const container of this.#grown) container.forgetGrowth();
    for (const container of this.born) container.state = EXPIRED;
    empty(this.#touched);
    empty(this.#grown);
    empty(this.born);
  }
}

/** Setting a length costs even when it changes nothing, and most executions leave two of the three lists empty. */
function empty(list: Container[]): void {
  if (list.length > 0) list.length = 0;
}
