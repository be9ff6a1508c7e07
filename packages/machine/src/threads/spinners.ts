import { OpKind } from '../ops/kinds.js';
import type { KThread } from './kthread.js';

/** Times in a row that steps of other spinners let a spinner look again. */
const FAVOURS = 8;

/**
 * Who spins, and who may look again. A spinner that found nothing, and has not been overtaken by anybody else's step since
 * it began to look, can only find nothing again: it is not runnable until somebody steps. Of other spinners only a step that
 * may change something counts, and only so often in a row, or two of them could keep everybody else from running for ever.
 */
export class Spinners {
  /** Steps of this execution by threads that do not spin. */
  private progress = 0;
  private relaxed = 0;
  /** A spinner was kept from looking although another spinner may have changed something. */
  heldBack = false;

  /** Whether somebody waits for another to step. */
  get any(): boolean {
    return this.relaxed > 0;
  }

  begin(): void {
    this.progress = 0;
    this.relaxed = 0;
  }

  /** After a step, number `step` counted from 1, of `thread`. */
  note(threads: readonly KThread[], thread: KThread, step: number): void {
    if (!thread.spinning) {
      this.progress++;
      thread.progress++;
      if (this.relaxed > 0) this.release(threads);
    } else if (this.relaxed > 0 && mayChange(thread.kind)) this.favour(threads, thread);
    if (thread.kind === OpKind.yield) countYield(thread, step);
    if (thread.kind === OpKind.relax) this.relax(thread, step);
    else if (thread.looking) return;
    else this.beginLooking(thread, step);
  }

  private beginLooking(thread: KThread, step: number): void {
    thread.looking = true;
    thread.sawProgress = this.progress - thread.progress;
    thread.sawSteps = step - thread.steps;
  }

  private relax(thread: KThread, step: number): void {
    thread.spinning = true;
    if (!thread.looking) this.beginLooking(thread, step);
    thread.looking = false;
    if (this.progress - thread.progress > thread.sawProgress) return;
    thread.relaxed = true;
    this.relaxed++;
  }

  private release(threads: readonly KThread[]): void {
    for (const thread of threads) {
      if (!thread.relaxed || this.progress - thread.progress <= thread.sawProgress) continue;
      thread.relaxed = false;
      thread.favours = 0;
      this.relaxed--;
    }
  }

  private favour(threads: readonly KThread[], by: KThread): void {
    for (const thread of threads) {
      if (!thread.relaxed || thread === by) continue;
      if (thread.favours >= FAVOURS) {
        this.heldBack = true;
        continue;
      }
      thread.favours++;
      thread.relaxed = false;
      this.relaxed--;
    }
  }

  /**
   * When nobody can run: lets those go on that somebody overtook since they began to look, another spinner included.
   *
   * @returns Whether there was one.
   */
  releaseOvertaken(threads: readonly KThread[], steps: number): boolean {
    let released = false;
    for (const thread of threads) {
      if (!thread.relaxed || steps - thread.steps <= thread.sawSteps) continue;
      thread.relaxed = false;
      this.relaxed--;
      released = true;
    }
    return released;
  }

  /**
   * When nobody can run and nobody was overtaken: lets all look again, for a loop that counts its turns comes to its end.
   *
   * @returns Whether there was one.
   */
  releaseAll(threads: readonly KThread[]): boolean {
    if (this.relaxed === 0) return false;
    for (const thread of threads) thread.relaxed = false;
    this.relaxed = 0;
    return true;
  }
}

function mayChange(kind: OpKind): boolean {
  switch (kind) {
    case OpKind.start:
    case OpKind.load:
    case OpKind.yield:
    case OpKind.relax:
    case OpKind.choose:
    case OpKind.point:
    case OpKind.prepareWait:
    case OpKind.finishWait:
      return false;
    default:
      return true;
  }
}

function countYield(thread: KThread, step: number): void {
  const others = step - thread.steps;
  thread.yieldsInVain = others === thread.sawAtYield ? thread.yieldsInVain + 1 : 1;
  thread.sawAtYield = others;
}

/** Whether a thread is about to give way, and has given way so often in a row without anybody else stepping. */
export function hasGivenWay(thread: KThread, times: number, steps: number): boolean {
  return (
    thread.kind === OpKind.yield && thread.yieldsInVain >= times && steps - thread.steps === thread.sawAtYield
  );
}
