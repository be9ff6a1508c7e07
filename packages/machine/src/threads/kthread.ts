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
  /**
   * An interrupt handler: it comes once, at any moment, on top of the thread that ran last, which cannot go on until the
   * handler has ended. It may not sleep, is not interrupted itself, and does not come while that thread has interrupts off.
   */
  readonly interrupt?: boolean;
  /** It begins when these have ended, so it never runs beside them. */
  readonly after?: readonly KThread[];
}

/** A lock that a thread holds, and where it took it. @since 0.1.0 */
export interface HeldLock {
  readonly lock: Lock;
  /** Its class in the order of locks: the lock's own, or that with a subclass (`inode/1`). */
  readonly lockClass: string;
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
  /** Of an acquire or a release: it turns interrupts off or on. */
  irq = false;
  /** Of an acquire: its place among nested locks of one class. */
  subclass = 0;
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
  /** It has stepped since it relaxed last. */
  looking = false;
  /** Its steps before it first relaxed. */
  progress = 0;
  /** Steps of the others when it began to look: of those that do not spin, and of all. */
  sawProgress = 0;
  sawSteps = 0;
  /** Times in a row that it was let go on by another spinner. */
  favours = 0;

  /** Times in a row that it gave way and nobody else stepped, and the steps of the others then. */
  yieldsInVain = 0;
  sawAtYield = 0;

  /** Spinlocks and explicit sections that forbid sleeping; 0 = may sleep. */
  atomicDepth = 0;
  /** How often interrupts were turned off and not on again; 0 = they may come. */
  irqsOff = 0;
  /** Of an interrupt handler: whom it came on top of. */
  interrupts: KThread | null = null;
  /** The handler that came on top of it last. */
  interruptedBy: KThread | null = null;
  /** The kernel's PF_MEMALLOC: inside reclaim or direct compaction, never sleeps on a page lock. */
  inReclaim = false;
  /** The worker of a queue between two pieces of work: what it does is not their author's code. */
  betweenWork = false;
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

  /** The innermost scope. An index of -1 would be looked up by name, which is slow and happens at every step. */
  get scope(): Scope | undefined {
    const { scopes } = this;
    return scopes.length === 0 ? undefined : scopes[scopes.length - 1];
  }

  /** Whose code runs now: the innermost scope's party, else the thread's own. */
  get runningParty(): string {
    const scopes = this.scopes;
    return scopes.length === 0 ? this.party : scopes[scopes.length - 1]!.party;
  }

  /** Back to the state before the first step. */
  reset(): void {
    this.kind = OpKind.start;
    this.loc = -1;
    this.a = 0;
    this.b = 0;
    this.c = 0;
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
    this.looking = false;
    this.progress = 0;
    this.sawProgress = 0;
    this.sawSteps = 0;
    this.favours = 0;
    this.yieldsInVain = 0;
    this.sawAtYield = 0;
    this.atomicDepth = 0;
    this.irqsOff = 0;
    this.irq = false;
    this.subclass = 0;
    this.interrupts = null;
    this.interruptedBy = null;
    this.inReclaim = false;
    this.betweenWork = false;
    if (this.held.length > 0) this.held.length = 0;
    if (this.scopes.length > 0) this.scopes.length = 0;
    this.waitLoc = -1;
    this.waitTicket = 0;
    this.waitExclusive = false;
    this.woken = false;
    this.born = 0;
    this.randomCalls = 0;
  }
}
