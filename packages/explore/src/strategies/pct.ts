import { MAX_THREADS } from '@movable-pages/machine';
import type { SchedulePoint } from '../strategy.js';
import { Sampler, type SavedSampler } from './sampler.js';

/** A thread that could only time out gets to in one of so many decisions. */
const TIMEOUT_RARITY = 8;

/**
 * Probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010): threads get random priorities, the
 * highest runs, and at `depth - 1` random steps the running one falls behind all others. Finds a bug that needs `depth`
 * ordering constraints in one execution of n threads and k steps with a probability of at least 1 / (n * k^(depth - 1)).
 *
 * @since 0.1.0
 */
export class Pct extends Sampler {
  readonly name: string;
  private readonly priority = new Float64Array(MAX_THREADS + 1);
  private readonly changeAt: Int32Array;
  /** Threads that have a priority: a mask. */
  private ranked = 0;
  private step = 0;
  private changes = 0;
  private lowest = 0;

  /**
   * @param length Steps that an execution is expected to take.
   * @param depth Ordering constraints of the bugs that are sought.
   * @param faultLimit Answers other than 0 in one execution.
   */
  constructor(
    seed: number,
    executions: number,
    private length: number,
    depth = 3,
    faultLimit = 1,
  ) {
    super(seed, executions, faultLimit);
    this.name = `pct(depth=${depth}, seed=${seed}, executions=${executions})`;
    this.changeAt = new Int32Array(Math.max(depth - 1, 0));
  }

  override save(): SavedSampler {
    return { ...super.save(), length: this.length };
  }

  override restore(saved: SavedSampler): void {
    super.restore(saved);
    this.length = saved.length ?? this.length;
  }

  protected override prepare(): void {
    this.ranked = 0;
    this.step = 0;
    this.changes = 0;
    this.lowest = 0;
    for (let i = 0; i < this.changeAt.length; i++) {
      this.changeAt[i] = 1 + this.random.below(Math.max(this.length, 1));
    }
    this.changeAt.sort();
  }

  nextThread(point: SchedulePoint): number {
    for (let i = 0; i < point.count; i++) this.rank(point.enabled[i]!);
    if (point.last >= 0 && (point.lastYields || this.fallsBehind()))
      this.priority[point.last] = --this.lowest;
    const patient = point.enabledMask & ~point.timeoutMask;
    const impatient = patient === 0 || this.random.below(TIMEOUT_RARITY) === 0;
    const among = impatient ? point.enabledMask : patient;
    let best = -1;
    for (let i = 0; i < point.count; i++) {
      const id = point.enabled[i]!;
      if ((among & (1 << id)) === 0) continue;
      if (best < 0 || this.priority[id]! > this.priority[best]!) best = id;
    }
    this.step++;
    return best;
  }

  private rank(id: number): void {
    if ((this.ranked & (1 << id)) !== 0) return;
    this.ranked |= 1 << id;
    this.priority[id] = 1 + this.random.below(0x40000000);
  }

  private fallsBehind(): boolean {
    if (this.changes >= this.changeAt.length || this.step < this.changeAt[this.changes]!) return false;
    this.changes++;
    return true;
  }
}
