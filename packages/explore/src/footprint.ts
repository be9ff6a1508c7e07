import { mix, type KThread } from '@movable-pages/machine';

/**
 * What an execution did, as one number a step: who did what to which word and what it gave, which plain state it touched on the
 * way, who could have stepped. Two executions of the same decisions leave the same footprint, or the program is not
 * deterministic.
 *
 * @since 0.1.0
 */
export class Footprint {
  private now = new Int32Array(1024);
  private before = new Int32Array(1024);
  private beforeLength = 0;
  private length = 0;
  /** The decisions so far are those of the execution before. */
  private same = false;
  private pending = 0;

  /** Begins an execution. What the last one did stays for comparison. */
  begin(): void {
    const last = this.now;
    this.now = this.before;
    this.before = last;
    this.beforeLength = this.length;
    this.length = 0;
    this.pending = 0;
    this.same = this.beforeLength > 0;
  }

  /** Forgets the last execution: what comes next is not to be compared with it. */
  forget(): void {
    this.length = 0;
  }

  /** A decision that differs from the last execution's ends the comparison. */
  diverts(): void {
    this.same = false;
  }

  /** Notes who can step. */
  choices(enabledMask: number): void {
    this.pending = mix(this.pending, enabledMask);
  }

  /** Notes a plain access. */
  access(location: number, write: boolean): void {
    this.pending = mix(this.pending, location * 2 + (write ? 1 : 0));
  }

  /**
   * Notes an applied step.
   *
   * @returns Whether the last execution did the same, as far as its decisions were the same.
   */
  step(thread: KThread, result: unknown): boolean {
    // Numbers that are small are packed before they are mixed: this runs at every step.
    let mark = mix(this.pending, thread.id * 32 + thread.kind + thread.loc * 1024);
    mark = mix(mark, Math.imul(thread.a, 0x2c1b3c6d) + Math.imul(thread.b, 31) + numberOf(result));
    this.pending = 0;
    if (this.length === this.now.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.now);
      this.now = grown;
    }
    const index = this.length++;
    this.now[index] = mark;
    return !this.same || index >= this.beforeLength || this.before[index] === mark;
  }

  /** One number for the whole execution so far. */
  get sum(): number {
    let sum = 0;
    for (let at = 0; at < this.length; at++) sum = mix(sum, this.now[at]!);
    return mix(sum, this.pending);
  }

  /** A copy of what each step left. */
  steps(): Int32Array {
    return this.now.slice(0, this.length);
  }
}

function numberOf(result: unknown): number {
  if (typeof result === 'number') return result;
  return result === true ? 1 : 0;
}
