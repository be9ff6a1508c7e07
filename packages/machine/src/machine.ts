import { withAmbient } from './ambient.js';
import { callSite } from './call-site.js';
import { MachineError } from './errors.js';
import { Heap, type DescribeWord } from './heap.js';
import { Ledger } from './ledger.js';
import { nestedClass, type Lock } from './locks/lock.js';
import {
  irqsLeftOff,
  lockKept,
  opNotYielded,
  sleepMistake,
  strangeYield,
  usedAfterFree,
} from './mistakes.js';
import { mix } from './mix.js';
import type { MachineObserver } from './observer.js';
import { applyOp, conditionHolds } from './ops/apply.js';
import { OpKind, opKindName } from './ops/kinds.js';
import { isOp, isRequest, OpState, PrimitiveOp, WatchedOp, type Op } from './ops/op.js';
import { checkConstructed } from './shared-state/construction-check.js';
import { explainFrozenWrite } from './shared-state/explain-frozen-write.js';
import { SharedSpace } from './shared-state/space.js';
import { spread } from './spread.js';
import { Spinners } from './threads/spinners.js';
import {
  canInterrupt,
  comeOnTopOf,
  interruptible,
  isInterrupted,
  isPendingInterrupt,
} from './threads/interrupts.js';
import { KThread, type HeldLock, type ThreadBody, type ThreadOptions } from './threads/kthread.js';
import type { MayBlock, Scope } from './threads/scope.js';

/** How a machine is made. @since 0.1.0 */
export interface MachineOptions {
  /** Memory for words, or how many to make. Default 16384. */
  readonly words?: Int32Array | number;
  /**
   * Whether plain accesses, references and freed memory are watched, which the explorer needs. An untracked machine is
   * for bulk work under the direct executor. Default true.
   */
  readonly tracked?: boolean;
  /** Seed of {@link Machine.random}. Default 1. */
  readonly seed?: number;
}

/** Something with state of its own that must follow {@link Machine.seal} and {@link Machine.begin}. @since 0.1.0 */
export interface Restorable {
  /** Remembers the present as the state that every execution starts from. */
  seal(): void;
  /** Back to that state. */
  reset(): void;
}

/** Whether a thread can step: not at all, by timing out only, or as it wants to. @since 0.1.0 */
export const Readiness = { no: 0, timesOut: 1, yes: 2 } as const;

/** One of {@link Readiness}. @since 0.1.0 */
export type Readiness = (typeof Readiness)[keyof typeof Readiness];

/** More threads than this are refused. */
export const MAX_THREADS = 31;

/**
 * The simulated machine: a word heap, threads, and the operations that threads run on it. It is built once a scenario
 * ({@link Machine.construct}, {@link Machine.thread}, then {@link Machine.seal}) and run many times: {@link Machine.begin}
 * restores the sealed state, {@link Machine.step} lets one thread take one step. Nothing in it depends on time, chance
 * or promises.
 *
 * @since 0.1.0
 */
export class Machine {
  readonly heap: Heap;
  /** The heap's words: `words[location]`. */
  readonly words: Int32Array;
  readonly tracked: boolean;
  readonly ledger = new Ledger();
  /** Home of `shared()` objects. */
  readonly space: SharedSpace;
  readonly threads: KThread[] = [];
  threadCount = 0;
  /** The thread that runs now, or null between steps. */
  current: KThread | null = null;
  /** The thread that stepped last: on top of it an interrupt comes. */
  private latest: KThread | null = null;
  private interruptThreads = 0;
  /** Nobody can run: interrupts come on an idle processor. */
  private idle = false;
  observer: MachineObserver | null = null;
  /** A misuse that could not be thrown where it was made: the executor reports it when the step is over. */
  deferred: MachineError | null = null;
  /** Record where operations are made. Slow: for the second look at a failing schedule. */
  captureSites = false;
  /** Named choices that are not asked: they come out 0. */
  refusedChoices: ReadonlySet<string> = new Set();
  /** True while the direct executor runs. */
  direct = false;
  /** The next `next()` of a primitive brings its result. Used by the executor and `PrimitiveOp` alone. */
  resuming = false;
  sealed = false;
  /** Operations that one run of the direct executor may complete. */
  directLimit = Infinity;
  /** Operations that the direct executor completed. */
  directSteps = 0;
  /** Steps taken in this execution, all threads together. */
  steps = 0;
  /** The simulated clock: moves only when a wait times out. */
  ticks = 0;
  /** Order of arrival in wait queues. */
  tickets = 0;
  /** How often {@link Machine.random} was asked outside any thread. */
  private randomCalls = 0;
  private readonly op = new PrimitiveOp(this);
  /** @internal Who spins, and who may look again. */
  readonly spinners = new Spinners();
  private readonly restorables: Restorable[] = [];
  private readonly seed: number;
  private readonly adopted: { instance: object; name: string }[] = [];
  private staticThreads = 0;
  private classes = new Map<string, number>();

  constructor(options: MachineOptions = {}) {
    const words = options.words ?? 16384;
    this.tracked = options.tracked ?? true;
    this.heap = new Heap(words, this.tracked);
    this.words = this.heap.words;
    this.seed = options.seed ?? 1;
    this.space = new SharedSpace(this);
  }

  // ---- construction -------------------------------------------------------------------------------------------------

  /** Runs `body` with this machine as the ambient one, so that locks, `shared()` and threads may be made in it. */
  construct<T>(body: () => T): T {
    return withAmbient(this, body);
  }

  /**
   * Declares a thread that exists in every execution.
   *
   * @throws MachineError `MP_TOO_MANY_THREADS`, `MP_LATE_LOCK` (after {@link Machine.seal}).
   */
  thread(name: string, options: ThreadOptions, body: ThreadBody): KThread {
    this.refuseIfSealed(`thread ${name}`);
    const thread = this.addThread(name, options, body);
    this.staticThreads = this.threadCount;
    return thread;
  }

  /** Registers state that follows seal and reset. */
  addRestorable(restorable: Restorable): void {
    this.restorables.push(restorable);
  }

  /**
   * Takes in an object that code on this machine is built as, a driver: its tracked state gets names from its fields,
   * fields that would carry state from one execution to the next are refused, and it is frozen.
   *
   * @throws MachineError `MP_UNTRACKED_FIELD`, `MP_STALE_REFERENCE`, `MP_FOREIGN_VALUE`.
   */
  adopt(instance: object, name: string): void {
    this.space.rootNames(instance, name);
    checkConstructed(instance, name, this);
    this.adopted.push({ instance, name });
  }

  /** Ends construction: the present state is what every execution starts from. */
  seal(): void {
    this.heap.seal();
    this.space.seal();
    this.ledger.seal();
    for (const restorable of this.restorables) restorable.seal();
    this.sealed = true;
  }

  /** @throws MachineError `MP_LATE_LOCK` once the machine is sealed. */
  refuseIfSealed(what: string): void {
    if (!this.sealed) return;
    this.misuse(
      new MachineError(
        'MP_LATE_LOCK',
        `${what} is made while an execution runs; make locks, queues and threads in the constructor of the driver`,
        { subject: what },
      ),
    );
  }

  /** A name that no other lock, queue or thread of this machine has: `name`, `name#2`, ... */
  uniqueName(name: string): string {
    const count = (this.classes.get(name) ?? 0) + 1;
    this.classes.set(name, count);
    return count === 1 ? name : `${name}#${count}`;
  }

  // ---- execution ----------------------------------------------------------------------------------------------------

  /** Starts an execution: the sealed state restored, every declared thread at its beginning. */
  begin(): void {
    if (!this.sealed) this.seal();
    this.heap.reset();
    this.space.reset();
    this.ledger.reset();
    for (const restorable of this.restorables) restorable.reset();
    this.steps = 0;
    this.ticks = 0;
    this.tickets = 0;
    this.randomCalls = 0;
    this.spinners.begin();
    this.current = null;
    this.deferred = null;
    this.latest = null;
    this.idle = false;
    this.resuming = false;
    this.threadCount = this.staticThreads;
    this.threads.length = this.staticThreads;
    for (let i = 0; i < this.staticThreads; i++) this.threads[i]!.reset();
  }

  /** Whether a thread can take a step now. */
  isEnabled(thread: KThread): boolean {
    return this.readiness(thread) !== Readiness.no;
  }

  /** Whether a thread can take a step now, and if so, whether that would be to time out. */
  readiness(thread: KThread): Readiness {
    if (thread.finished || thread.relaxed) return Readiness.no;
    const holds = conditionHolds(this, thread);
    if (!holds && thread.timeout === 0) return Readiness.no;
    if (this.interruptThreads !== 0 && !this.interruptsAllow(thread)) return Readiness.no;
    return holds ? Readiness.yes : Readiness.timesOut;
  }

  /** Not if a handler runs on top of it; and a handler that has not come yet not where none can. */
  private interruptsAllow(thread: KThread): boolean {
    if (isInterrupted(thread)) return false;
    return !isPendingInterrupt(thread) || this.idle || canInterrupt(interruptible(this.latest));
  }

  /** Whether the next step of an enabled thread would be to time out. */
  wouldTimeOut(thread: KThread): boolean {
    return thread.timeout > 0 && !conditionHolds(this, thread);
  }

  /** Whether the direct executor may finish an operation at once. */
  completesNow(thread: KThread): boolean {
    return thread.kind === OpKind.yield || thread.kind === OpKind.relax
      ? false
      : conditionHolds(this, thread);
  }

  /**
   * Lets `thread` take the step it asks for, then runs it to its next operation or its end. The caller has made this
   * machine ambient and asked {@link Machine.isEnabled}.
   *
   * @param choice The answer, if the step is a `choose`.
   */
  step(thread: KThread, choice = 0): void {
    this.current = thread;
    const starting = thread.kind === OpKind.start;
    try {
      if (starting) {
        if (thread.interrupt && !this.idle) comeOnTopOf(thread, interruptible(this.latest));
        this.observer?.step(thread, undefined);
        this.countStep(thread);
        thread.opState = OpState.idle;
        thread.iterator = thread.body()[Symbol.iterator]();
        this.settle(thread, thread.iterator.next());
      } else {
        // Somebody may have freed the word since the operation was made.
        if (this.heap.isPoisoned(thread.loc)) this.poisoned(thread.loc, thread.site);
        const result = applyOp(this, thread, choice);
        if (this.observer !== null) this.observer.step(thread, result);
        this.countStep(thread);
        thread.opState = OpState.idle;
        thread.timeout = 0;
        this.resuming = true;
        this.settle(thread, thread.iterator!.next(result));
      }
    } catch (error) {
      thread.error = this.explain(error ?? new Error(`${thread.name} threw ${String(error)}`));
      thread.finished = true;
    } finally {
      this.resuming = false;
      this.current = null;
      this.latest = thread;
      this.idle = false;
    }
  }

  /** Turns the engine's complaint about a frozen object into the mistake that it is. */
  private explain(error: unknown): unknown {
    for (const { instance, name } of this.adopted) {
      const explained = explainFrozenWrite(error, instance, name);
      if (explained === null) continue;
      this.observer?.misuse(explained, this.current);
      return explained;
    }
    return error;
  }

  private countStep(thread: KThread): void {
    thread.steps++;
    this.steps++;
    this.spinners.note(this.threads, thread, this.steps);
  }

  /** Whether somebody may be kept from running who could otherwise: a spinner, or an interrupt. */
  get holdsBack(): boolean {
    return this.spinners.any || this.interruptThreads > 0;
  }

  /**
   * When nobody else can run: lets spinners go on that somebody overtook since they began to look, other spinners included;
   * else interrupts come that could not.
   *
   * @returns Whether somebody can run now.
   */
  unrelax(): boolean {
    if (this.spinners.releaseOvertaken(this.threads, this.steps)) return true;
    if (this.interruptThreads === 0 || this.idle) return false;
    this.idle = this.threads.some(isPendingInterrupt);
    return this.idle;
  }

  /** Looks at what the generator gave back. */
  private settle(thread: KThread, turn: IteratorResult<unknown, unknown>): void {
    if (turn.done === true) {
      if (thread.opState === OpState.created) this.notYielded(thread);
      thread.finished = true;
      thread.result = turn.value;
      this.checkNothingHeld(thread);
      return;
    }
    if (!isRequest(turn.value)) {
      const star = turn.value === this.op || isOp(turn.value);
      this.misuse(strangeYield(thread, star ? this.describeOp(thread) : null, turn.value));
    }
    if (thread.opState !== OpState.requested) this.notYielded(thread);
  }

  private notYielded(thread: KThread): never {
    this.misuse(opNotYielded(thread, this.describeOp(thread)));
  }

  private checkNothingHeld(thread: KThread): void {
    const first = thread.held[0];
    if (first !== undefined) this.misuse(lockKept(thread.name, 'ended', first));
    if (thread.irqsOff > 0) this.misuse(irqsLeftOff(thread));
  }

  // ---- operations ---------------------------------------------------------------------------------------------------

  /**
   * Makes an operation of the running thread. Everything that a thread can do passes here.
   *
   * @throws MachineError `MP_NO_THREAD`, `MP_OP_NOT_YIELDED`, `MP_USE_AFTER_FREE` (a freed word).
   */
  makeOp(kind: OpKind, loc: number, a: number, b: number): Op<never> {
    const thread = this.current;
    if (thread === null) {
      this.misuse(
        new MachineError(
          'MP_NO_THREAD',
          'an operation was made outside any thread; run it inside a thread of the machine',
        ),
      );
    }
    if (thread.opState === OpState.created) this.notYielded(thread);
    if (this.heap.isPoisoned(loc)) this.poisoned(loc);
    thread.kind = kind;
    thread.loc = loc;
    thread.a = a;
    thread.b = b;
    thread.lock = null;
    thread.label = '';
    thread.timeout = 0;
    thread.site = this.captureSites ? this.site() : undefined;
    thread.opState = OpState.created;
    return this.op;
  }

  /** As {@link Machine.makeOp}, on a lock; `irq` and `subclass` as `acquireLock` has them. */
  makeLockOp(kind: OpKind, lock: Lock, irq = false, subclass = 0): Op<never> {
    const op = this.makeOp(kind, lock.location, lock.mask, lock.unit);
    const thread = this.current!;
    thread.lock = lock;
    thread.irq = irq;
    thread.subclass = subclass;
    return op;
  }

  /** As {@link Machine.makeOp}, with a third argument and a time limit in ticks (0 = none). */
  makeWait(kind: OpKind, loc: number, a: number, b: number, c: number, timeout: number): Op<never> {
    const op = this.makeOp(kind, loc, a, b);
    this.current!.c = c;
    this.current!.timeout = timeout;
    return op;
  }

  /**
   * A named choice among `alternatives`; 0 is what ordinarily happens. The direct executor answers 0, the explorer
   * tries them all.
   */
  choose(name: string, alternatives: number): Op<number> {
    const op = this.makeOp(OpKind.choose, -1, alternatives, 0);
    this.current!.label = name;
    return op;
  }

  /**
   * Hands through what a generator method gave, and notices if it is not run where it was made.
   *
   * @throws MachineError later, `MP_OP_NOT_YIELDED`.
   */
  watchOp<T>(what: string, op: Op<T>): Op<T> {
    const thread = this.current;
    if (thread === null || this.direct) return op;
    if (thread.opState === OpState.created) this.notYielded(thread);
    thread.opState = OpState.created;
    thread.kind = OpKind.point;
    thread.lock = null;
    thread.loc = -1;
    thread.label = what;
    thread.site = this.captureSites ? this.site() : undefined;
    return new WatchedOp(thread, op);
  }

  /** Whether anybody will ask for this choice; if not, the caller takes 0 and saves the step. */
  offersChoice(name: string): boolean {
    return !this.direct && !this.refusedChoices.has(name);
  }

  /** A place inside a longer action where others may come in. Never sleeps. */
  point(what: string): Op<void> {
    const op = this.makeOp(OpKind.point, -1, 0, 0);
    this.current!.label = what;
    return op;
  }

  /** Starts a thread that runs `body` for the party that runs now. */
  spawn(name: string, body: ThreadBody): Op<KThread> {
    const op = this.makeOp(OpKind.spawn, -1, 0, 0);
    this.current!.label = name;
    this.current!.body2 = body;
    return op;
  }

  /** Waits until a thread has ended. May sleep. */
  join(thread: KThread): Op<void> {
    this.mightSleep(`join ${thread.name}`, true);
    const op = this.makeOp(OpKind.join, -1, thread.id, 0);
    this.current!.label = thread.name;
    return op;
  }

  /** Lets others run first. */
  yieldNow(): Op<void> {
    return this.makeOp(OpKind.yield, -1, 0, 0);
  }

  /** A failed turn of a spinning loop (the kernel's `cpu_relax`): goes on once another thread has stepped. */
  relax(): Op<void> {
    return this.makeOp(OpKind.relax, -1, 0, 0);
  }

  /** @internal The body of the spawn operation. */
  startThread(name: string, party: string, body: ThreadBody): KThread {
    const thread = this.addThread(this.unusedThreadName(name), { party }, body);
    thread.reset();
    return thread;
  }

  /** @internal Takes a thread that has ended out again, if it is the one that came last. */
  forgetThread(thread: KThread): void {
    if (!thread.finished || thread.id !== this.threadCount - 1 || thread.id < this.staticThreads) return;
    this.threads.length = --this.threadCount;
  }

  /** Schedules name threads, so two of one execution never share a name. */
  private unusedThreadName(name: string): string {
    let unused = name;
    for (let n = 2; this.threads.some((thread) => thread.name === unused); n++) unused = `${name}#${n}`;
    return unused;
  }

  private addThread(name: string, options: ThreadOptions, body: ThreadBody): KThread {
    if (this.threadCount === MAX_THREADS) {
      this.misuse(
        new MachineError(
          'MP_TOO_MANY_THREADS',
          `a machine runs at most ${MAX_THREADS} threads; ${name} is one too many`,
        ),
      );
    }
    const thread = new KThread(
      this.threadCount,
      name,
      options.party ?? 'user',
      options.daemon ?? false,
      options.interrupt ?? false,
      body,
      options.after ?? [],
    );
    this.threads[this.threadCount++] = thread;
    if (thread.interrupt) this.interruptThreads++;
    return thread;
  }

  // ---- plain accesses -----------------------------------------------------------------------------------------------

  /** A plain access of the running thread to a location: watched for races, never a scheduling point. */
  access(location: number, write: boolean): void {
    const thread = this.current;
    if (thread !== null && this.observer !== null) this.observer.access(thread, location, write);
  }

  /**
   * The plain accesses that the running thread has made in this step belong to its operation on `location`: whoever uses
   * that word afterwards comes after them too. For steps in which hardware does two things as one, such as looking an
   * address up and using it.
   */
  publish(location: number): void {
    const thread = this.current;
    if (thread !== null && this.observer !== null) this.observer.publish?.(thread, location);
  }

  /** Has a judge look at state: what `look` reads is no access of the thread that happens to run. */
  unobserved<T>(look: () => T): T {
    const { observer } = this;
    this.observer = null;
    try {
      return look();
    } finally {
      this.observer = observer;
    }
  }

  /** Plain read of a word. */
  readWord(location: number): number {
    if (this.tracked) {
      if (this.heap.isPoisoned(location)) this.poisoned(location);
      this.access(location, false);
    }
    return this.words[location]!;
  }

  /** Plain write of a word. */
  writeWord(location: number, value: number): void {
    if (this.tracked) {
      if (this.heap.isPoisoned(location)) this.poisoned(location);
      this.access(location, true);
    }
    this.words[location] = value;
  }

  /** @throws MachineError `MP_HEAP_FULL`. */
  allocateWords(length: number, describe: DescribeWord): number {
    return this.heap.allocate(length, describe);
  }

  /**
   * Takes words back: a plain write of each, so that whoever uses them with nothing in between races with it, and every
   * later use is a `MP_USE_AFTER_FREE`.
   *
   * @param what Who freed what, for reports.
   */
  releaseWords(location: number, length: number, what: string): void {
    if (this.tracked) for (let at = location; at < location + length; at++) this.access(at, true);
    this.heap.release(location, length, what, this.site());
  }

  /** Location numbers without words, for state that is kept elsewhere. */
  reserveLocations(length: number): number {
    return this.heap.reserveLocations(length);
  }

  private poisoned(location: number, here = this.site()): never {
    this.misuse(usedAfterFree(this.nameOf(location), location, this.heap.graveOf(location), here));
  }

  // ---- context ------------------------------------------------------------------------------------------------------

  /**
   * Asserts that the running code may sleep here (the kernel's `might_sleep`), blocked or not.
   *
   * @param event True for waits of unknown length (a host, a fence, I/O), false for locks.
   * @throws MachineError `MP_SLEEP_IN_ATOMIC`, `MP_SLEEP_IN_CALLBACK`.
   */
  mightSleep(what: string, event: boolean): void {
    const thread = this.current;
    if (thread === null) return;
    const mistake = sleepMistake(thread, what, event, this.site());
    if (mistake !== null) this.misuse(mistake);
  }

  /**
   * Says that the running code may take this lock here, waiting if it must (the kernel's `might_lock`), for the judge of
   * lock orders. Acquiring says it by itself.
   */
  mightLock(lock: Lock, subclass = 0): void {
    const thread = this.current;
    if (thread !== null && this.observer?.lockWanted !== undefined)
      this.observer.lockWanted(thread, lock, nestedClass(lock.lockClass, subclass));
  }

  /** Whether an interrupt could come but for the thread that stepped last: that one cannot be interrupted. */
  isHeldBack(thread: KThread): boolean {
    return isPendingInterrupt(thread) && conditionHolds(this, thread) && !this.isEnabled(thread);
  }

  /** Enters a scope: from here on somebody else's code runs in this thread. */
  enterScope(party: string, what: string, mayBlock: MayBlock, mayKeepLocks = false): Scope {
    const thread = this.current!;
    const outer = thread.scope;
    const scope: Scope = {
      party,
      what,
      mayBlock: outer !== undefined && outer.mayBlock < mayBlock ? outer.mayBlock : mayBlock,
      heldOnEntry: thread.held.length,
      mayKeepLocks,
    };
    thread.scopes.push(scope);
    if (this.observer !== null) this.observer.scopeEnter(thread, scope);
    return scope;
  }

  /**
   * Leaves the innermost scope.
   *
   * @throws MachineError `MP_LOCK_LEAK` if it took a lock and kept it.
   */
  leaveScope(): void {
    const thread = this.current!;
    const scope = thread.scope!;
    if (thread.opState === OpState.created) this.notYielded(thread);
    const kept: HeldLock | undefined = thread.held[scope.heldOnEntry];
    if (kept !== undefined && !scope.mayKeepLocks) this.misuse(lockKept(scope.what, 'returns', kept));
    thread.scopes.pop();
    if (this.observer !== null) this.observer.scopeLeave(thread, scope);
  }

  /** Books references in the ledger for the party that runs now; a no-op in an untracked machine. */
  noteReference(location: number, delta: number): void {
    if (!this.tracked) return;
    const thread = this.current;
    const party = thread === null ? 'vm' : thread.runningParty;
    const held = this.ledger.note(location, party, delta);
    if (thread !== null && this.observer !== null)
      this.observer.reference(thread, location, party, delta, held);
  }

  // ---- reports ------------------------------------------------------------------------------------------------------

  /**
   * Records a misuse with the observer, then throws it.
   *
   * @throws MachineError always.
   */
  misuse(error: MachineError): never {
    this.observer?.misuse(error, this.current);
    throw error;
  }

  /** The stack of the running code, while sites are captured. */
  site(): string | undefined {
    return this.captureSites ? callSite() : undefined;
  }

  /** The name of the thread that runs now, or null between steps. */
  currentThreadName(): string | null {
    return this.current?.name ?? null;
  }

  /** Who holds a lock. */
  holderOf(lock: Lock): { thread: KThread; held: HeldLock } | null {
    for (let i = 0; i < this.threadCount; i++) {
      const thread = this.threads[i]!;
      for (const held of thread.held) {
        if (held.lock.location === lock.location && (held.lock.mask & lock.mask) !== 0)
          return { thread, held };
      }
    }
    return null;
  }

  /** Everybody who holds a lock in a way that keeps it from being taken like this. */
  holdersOf(lock: Lock): KThread[] {
    return this.threads.filter((thread) =>
      thread.held.some((held) => held.lock.location === lock.location && (held.lock.unit & lock.mask) !== 0),
    );
  }

  /** A name for a location: a word's, a key's, or its number. */
  nameOf(location: number): string {
    return this.heap.describe(location) ?? this.space.describe(location) ?? `location ${location}`;
  }

  /** The value at a location as it is: a word's, a key's, page contents. For reports; not tracked. */
  valueAt(location: number): unknown {
    return this.heap.valueAt(location) ?? this.space.valueAt(location);
  }

  /** One number for the present state: words, tracked state, threads that have not ended. Equal state gives equal numbers. */
  stateDigest(): number {
    let hash = mix(this.heap.digest(), this.space.stateDigest());
    for (let i = 0; i < this.threadCount; i++) {
      const thread = this.threads[i]!;
      if (!thread.finished) hash = mix(mix(hash, i * 32 + thread.kind), thread.loc);
      else if (thread.error !== undefined) hash = mix(hash, -1 - i);
    }
    return hash;
  }

  /**
   * The present state in lines, by name: words that are not 0, tracked state, threads that have not ended. Equal texts mean
   * equal state.
   */
  stateText(): string {
    const lines = this.heap.lines();
    lines.push(...this.space.stateLines());
    for (let i = 0; i < this.threadCount; i++) {
      const thread = this.threads[i]!;
      if (!thread.finished) lines.push(`${thread.name} is in ${this.describeOp(thread)}`);
      else if (thread.error !== undefined) lines.push(`${thread.name} threw ${String(thread.error)}`);
    }
    return lines.join('\n');
  }

  /** The operation that a thread has in hand, in words. */
  describeOp(thread: KThread): string {
    const where = thread.lock?.name ?? (thread.loc >= 0 ? this.nameOf(thread.loc) : thread.label);
    if (thread.kind === OpKind.point) return where;
    return `${opKindName(thread.kind)}${where === '' ? '' : ` ${where}`}`;
  }

  /** A number in [0, bound) that depends on the seed, the thread and how often it asked. */
  random(bound: number): number {
    const thread = this.current;
    const count = thread === null ? ++this.randomCalls : ++thread.randomCalls;
    return spread(this.seed, (thread?.id ?? -1) + 2, count, bound);
  }

  /** The simulated time in ticks. It moves only when waits time out. Never sleeps. */
  now(): Op<number> {
    return this.makeOp(OpKind.now, -1, 0, 0);
  }
}
