import type { KThread, Machine } from '@movable-pages/machine';

/** What a strategy sees when it has to pick a thread. One object, reused. @since 0.1.0 */
export interface SchedulePoint {
  readonly machine: Machine;
  /** Ids of the threads that can step, ascending; the first `count` entries count. */
  readonly enabled: Int32Array;
  count: number;
  /** Bit i: thread i can step. */
  enabledMask: number;
  /** Bit i: thread i can step, but only by timing out. */
  timeoutMask: number;
  /**
   * Bit i: thread i is an interrupt handler that has not come yet and could come now. Its coming holds the interrupted
   * thread up, so it is worth a try after every step, whatever the step touched.
   */
  interruptMask: number;
  /** An interrupt cannot come because the thread that stepped last cannot be interrupted; after another's step it could. */
  interruptHeldBack: boolean;
  /** The thread that stepped last, or -1. */
  last: number;
  /** The last thread could go on, so picking another one preempts it. */
  lastCanGoOn: boolean;
  /** The last thread asks to let others go first. */
  lastYields: boolean;
}

/** What a strategy gives instead of a thread to end the execution: nothing new can come of it. @since 0.1.0 */
export const ABANDON = -1;

/** A point of a machine, to be filled in before each step. */
export function newPoint(machine: Machine): SchedulePoint {
  return {
    machine,
    enabled: new Int32Array(32),
    count: 0,
    enabledMask: 0,
    timeoutMask: 0,
    interruptMask: 0,
    interruptHeldBack: false,
    last: -1,
    lastCanGoOn: false,
    lastYields: false,
  };
}

/**
 * Decides a schedule. Three questions and two notices: decorators (metrics, recording, a bound) wrap one strategy in another.
 *
 * @since 0.1.0
 */
export interface Strategy {
  readonly name: string;
  /** Prepares the next execution; false when there is none left. */
  nextExecution(): boolean;
  /** The id of the enabled thread that steps, or {@link ABANDON}. Asked before every step. */
  nextThread(point: SchedulePoint): number;
  /** The answer to a named choice among `alternatives`. */
  nextChoice(name: string, alternatives: number, thread: KThread): number;
  /** A step was applied; `thread` still describes it, and `machine.steps` is its number. */
  stepped?(thread: KThread, result: unknown): void;
  /** The execution is over. */
  ended?(): void;
}

/** What it costs to let `thread` step: 1 for a preemption, 1 for a time-out that nobody was waiting for. @since 0.1.0 */
export function switchCost(point: SchedulePoint, thread: number): number {
  const timesOut = (point.timeoutMask & (1 << thread)) !== 0;
  const othersCan = (point.enabledMask & ~point.timeoutMask) !== 0;
  if (timesOut && othersCan) return 1;
  if (point.lastCanGoOn) return thread === point.last ? 0 : 1;
  // Who yields lets others go first, if there are any.
  return point.lastYields && thread === point.last && point.count > 1 ? 1 : 0;
}

/**
 * The thread that runs if nobody decides otherwise: the last one while it can, else the next that need not time out.
 * Interrupts come last.
 */
export function defaultThread(point: SchedulePoint): number {
  if (point.lastCanGoOn) return point.last;
  const untimed = point.enabledMask & ~point.timeoutMask;
  const usual = untimed & ~point.interruptMask;
  const all = usual !== 0 ? usual : untimed !== 0 ? untimed : point.enabledMask;
  // In turn: the next after the one that stepped last.
  const later = point.last < 0 ? 0 : all & (-2 << point.last);
  return 31 - Math.clz32(lowestBit(later !== 0 ? later : all));
}

function lowestBit(mask: number): number {
  return mask & -mask;
}

/**
 * Threads worth a try at a step for the sake of interrupts, whatever the steps touch: a mask. Those that could come; or,
 * while one is held back, everybody, for on top of them it could come then.
 */
export function wantedForInterrupts(point: SchedulePoint): number {
  return point.interruptHeldBack ? point.enabledMask : point.interruptMask;
}
