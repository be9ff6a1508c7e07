import type { Lock } from '../locks/lock.js';
import type { Op, OpRequest } from '../ops/op.js';
import { OpKind } from '../ops/kinds.js';
import { OpState } from '../ops/op.js';
import type { Scope } from './scope.js';

/** What a thread runs. @since 0.1.0 */
export type ThreadBody = () => Op<unknown>;

/** How a thread is declared. @since 0.1.0 */
export interface ThreadOptions {
  /** Whose code it runs: `vm`, `driver`, `device`, `user`. Inherited by references it takes. */
  readonly party?: string;
  /** A daemon (a worker, a device) may be asleep when the execution ends. */
  readonly daemon?: boolean;
  /** It preempts others and may not block, as an interrupt does. */
  readonly interrupt?: boolean;
  /** It begins when these have ended, so it never runs beside them. */
  readonly after?: readonly KThread[];
}

/** A lock that a thread holds, and where it took it. @since 0.1.0 */
export interface HeldLock {
  readonly lock: Lock;
  readonly site: string | undefined;
  readonly step: number;
}

/**
 * A simulated kernel thread: a generator together with the operation it asks for next. Everything here is reset between
 * executions; nothing of it is shared between threads except through the machine.
 *
 * @since 0.1.0
 */
export class KThread {
  /** The operation in hand. Valid while `opState` is not idle. */
  kind: OpKind = OpKind.start;
  loc = -1;
  a = 0;
  b = 0;
  c = 0;
  /** 0: no time limit. Otherwise the wait may end after so many ticks. */
  timeout = 0;
  /** The lock of an acquire, try-acquire or release; the body of a spawn; the name of a choice. */
  lock: Lock | null = null;
  body2: ThreadBody | null = null;
  label = '';
  /** Where the operation was made, while sites are captured. */
  site: string | undefined = undefined;
  opState: (typeof OpState)[keyof typeof OpState] = OpState.idle;

  iterator: Iterator<OpRequest, unknown, unknown> | null = null;
  finished = false;
  result: unknown = undefined;
  error: unknown = undefined;
  /** Steps taken in this execution. */
  steps = 0;
  /** A failed spin turn: not runnable until another thread has stepped. */
  relaxed = false;
  /** It has relaxed before: its steps alone do not let other spinners go on. */
  spinning = false;
  /** Steps that other threads had taken when it last did anything but relax. */
  othersAtLook = 0;

  /** Spinlocks and explicit sections that forbid sleeping; 0 = may sleep. */
  atomicDepth = 0;
  /** The kernel's PF_MEMALLOC: inside reclaim or direct compaction, never sleeps on a page lock. */
  inReclaim = false;
  readonly held: HeldLock[] = [];
  readonly scopes: Scope[] = [];

  waitLoc = -1;
  waitTicket = 0;
  waitExclusive = false;
  woken = false;

  /** Objects made so far in this execution: names them. */
  born = 0;
  randomCalls = 0;

  constructor(
    readonly id: number,
    readonly name: string,
    readonly party: string,
    readonly daemon: boolean,
    readonly interrupt: boolean,
    readonly body: ThreadBody,
    /** It begins when these have ended. */
    readonly after: readonly KThread[],
  ) {}

  /** Whose code runs now: the innermost scope's party, else the thread's own. */
  get runningParty(): string {
    const scopes = this.scopes;
    return scopes.length === 0 ? this.party : scopes[scopes.length - 1]!.party;
  }

  /** Back to the state before the first step. */
  reset(): void {
    this.kind = OpKind.start;
    this.loc = -1;
    this.lock = null;
    this.body2 = null;
    this.label = '';
    this.timeout = 0;
    this.site = undefined;
    this.opState = OpState.requested;
    this.iterator = null;
    this.finished = false;
    this.result = undefined;
    this.error = undefined;
    this.steps = 0;
    this.relaxed = false;
    this.spinning = false;
    this.othersAtLook = 0;
    this.atomicDepth = 0;
    this.inReclaim = false;
    this.held.length = 0;
    this.scopes.length = 0;
    this.waitLoc = -1;
    this.waitTicket = 0;
    this.waitExclusive = false;
    this.woken = false;
    this.born = 0;
    this.randomCalls = 0;
  }
}
