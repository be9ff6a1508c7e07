import type { Decision } from './strategies/follow.js';

/** The decisions of an execution, and of the one before it. Nothing is allocated once they have their length. */
export class DecisionLog {
  /** The thread, and from bit 8 on the answer. */
  private now = new Int32Array(1024);
  private before = new Int32Array(1024);
  length = 0;

  /** Begins an execution. */
  begin(): void {
    const last = this.now;
    this.now = this.before;
    this.before = last;
    this.length = 0;
  }

  /** Notes a decision; gives whether the execution before decided the same at this place. */
  add(thread: number, answer: number): boolean {
    const at = this.length++;
    if (at === this.now.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.now);
      this.now = grown;
    }
    const decision = thread | (answer << 8);
    this.now[at] = decision;
    return this.before[at] === decision;
  }

  /** The thread of a decision. */
  thread(at: number): number {
    return this.now[at]! & 0xff;
  }

  /** All decisions, as data. */
  list(): Decision[] {
    return Array.from(this.now.subarray(0, this.length), (decision) => ({
      thread: decision & 0xff,
      answer: decision >> 8,
    }));
  }
}
