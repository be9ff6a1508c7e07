import type { Machine } from '../machine.js';
import type { KThread } from '../threads/kthread.js';
import { MachineError } from '../errors.js';
import { applyOp } from './apply.js';

/** The marker that a thread hands to its executor; the operation itself lies in the thread. */
declare const request: unique symbol;

/**
 * What a suspended thread yields. Authors never see one: `yield*` passes it through.
 *
 * @since 0.1.0
 */
export interface OpRequest {
  readonly [request]: true;
}

/**
 * Something that a kernel thread runs with `yield*` and that gives back a `T`: a primitive operation, or a generator
 * function made of them (`function* inflate(): Op<boolean>`).
 *
 * An `Op` must be run where it is made: `yield* lock.acquire()`. Made and not run, run twice, or run with `yield` is an
 * error that names the place (`MP_OP_NOT_YIELDED`, `MP_OP_YIELDED_TWICE`, `MP_YIELD_NOT_STAR`).
 *
 * @since 0.1.0
 */
export interface Op<T> {
  /** What `yield*` asks for. Authors never call it. */
  [Symbol.iterator](): Iterator<OpRequest, T, unknown>;
}

/** Life of the operation that a thread has in hand. */
export const OpState = { idle: 0, created: 1, requested: 2 } as const;

const REQUEST = Object.freeze({ request: true }) as unknown as OpRequest;
const SUSPEND: IteratorYieldResult<OpRequest> = { done: false, value: REQUEST };

/** Whether a yielded value is the marker of a suspended primitive. */
export function isRequest(value: unknown): boolean {
  return value === REQUEST;
}

/**
 * The one iterator that every primitive of a machine returns. The operation lies in the running thread, so nothing is
 * allocated for it; under the direct executor it completes in its first `next()`.
 */
export class PrimitiveOp implements Op<never>, Iterator<OpRequest, never, unknown> {
  readonly #done: { done: true; value: unknown } = { done: true, value: undefined };

  constructor(private readonly machine: Machine) {}

  [Symbol.iterator](): Iterator<OpRequest, never, unknown> {
    const thread = this.machine.current;
    if (thread === null || thread.opState !== OpState.created) {
      this.machine.misuse(
        new MachineError(
          'MP_OP_YIELDED_TWICE',
          'an operation was run that is not the one just made; make it where you run it: yield* lock.acquire()',
        ),
      );
    }
    return this;
  }

  next(value?: unknown): IteratorResult<OpRequest, never> {
    const machine = this.machine;
    const done = this.#done;
    if (machine.resuming) {
      machine.resuming = false;
      done.value = value;
      return done as IteratorReturnResult<never>;
    }
    const thread = machine.current!;
    if (machine.direct && machine.completesNow(thread)) {
      thread.opState = OpState.idle;
      if (++machine.directSteps > machine.directLimit) tooLong(machine, thread);
      done.value = applyOp(machine, thread, 0);
      return done as IteratorReturnResult<never>;
    }
    thread.opState = OpState.requested;
    return SUSPEND;
  }
}

function tooLong(machine: Machine, thread: KThread): never {
  machine.misuse(
    new MachineError(
      'MP_STEP_LIMIT',
      `${thread.name} took ${machine.directLimit} operations without ending; it was last in ${machine.describeOp(thread)}`,
      { expected: 'an end', received: 'no end' },
    ),
  );
}

/** What a generator method of a driver gave: marks its thread as served once it is run. */
export class WatchedOp<T> implements Op<T> {
  constructor(
    private readonly thread: KThread,
    private readonly op: Op<T>,
  ) {}

  [Symbol.iterator](): Iterator<OpRequest, T, unknown> {
    this.thread.opState = OpState.idle;
    return this.op[Symbol.iterator]();
  }
}

/** Whether a value can be run with `yield*` as an operation. @since 0.1.0 */
export function isOp(value: unknown): value is Op<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as Op<unknown>)[Symbol.iterator] === 'function' &&
    !Array.isArray(value)
  );
}
