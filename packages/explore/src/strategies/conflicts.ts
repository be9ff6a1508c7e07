import { OpKind, type KThread, type Machine } from '@movable-pages/machine';
import { clockEffectOf, CONFLICTS, Effect, effectOf } from './effect.js';

const STRIDE = 32;
/** Clocks of a word: what happens before its last write, before its looks, and before what was added to it. */
const WORD_CLOCKS = 3;

/** What to do after a conflicting step was looked at. */
export const Look = {
  /** It could have come the other way round: nothing before it of that thread matters. */
  settled: 0,
  /** It could not: look at what the thread did before it. */
  further: 1,
} as const;

/** One of {@link Look}. */
export type Look = (typeof Look)[keyof typeof Look];

/**
 * Remembers, for one execution, who did what to each word, and which steps happen before which. Asked about a step, it
 * names the earlier steps that conflict with it and that nothing in between orders before it.
 *
 * Everything lies in flat arrays that are made once: an execution allocates nothing.
 */
export class Conflicts {
  /** By step: who took it, what it did to its word, and the step before it on that word. */
  private threadOf = new Int8Array(1024);
  private effectAt = new Int8Array(1024);
  private previous = new Int32Array(1024);
  /** By word: the last step on it, and where its two clocks lie; valid if the stamp is that of this execution. */
  private readonly lastOn: Int32Array;
  private readonly clockOf: Int32Array;
  private readonly stamp: Int32Array;
  private execution = 0;
  /** For each thread, the last step of each thread, plus 1, that happens before its present. */
  private readonly clocks = new Int32Array(STRIDE * STRIDE);
  /** For each word that was used, {@link WORD_CLOCKS}; those of the machine's clock come first. */
  private wordClocks = new Int32Array(WORD_CLOCKS * STRIDE * 64);
  private wordClocksUsed = 0;
  /** Steps that read or moved the machine's clock. */
  private readonly onClock: number[] = [];
  private readonly clockEffects: Effect[] = [];
  /** By step, if they are kept: for each thread, its last step, plus 1, that happens before this one or is it. */
  private stepClocks = new Int32Array(0);
  private steps = 0;

  /** @param keepsClocks Whether {@link Conflicts.initials} will be asked for. */
  constructor(
    private readonly machine: Machine,
    private readonly keepsClocks = false,
  ) {
    // One place more, for what threads are started by: who comes first gets the lower number.
    const words = machine.words.length + 1;
    this.lastOn = new Int32Array(words);
    this.clockOf = new Int32Array(words);
    this.stamp = new Int32Array(words);
  }

  begin(): void {
    this.execution++;
    this.clocks.fill(0);
    this.wordClocksUsed = 0;
    this.newWordClock();
    if (this.onClock.length > 0) this.onClock.length = this.clockEffects.length = 0;
    this.steps = 0;
  }

  /**
   * Calls `found` for each earlier step that could have come after the operation that `thread` has in hand, latest first
   * for each other thread, until it says that the matter is settled.
   *
   * @param result What the operation gave, or undefined if it was not applied.
   * @param bounded Whether it matters that an acquire could have been waited for: who blocks is left for free.
   */
  before(
    thread: KThread,
    result: unknown,
    bounded: boolean,
    found: (step: number, thread: KThread, effect: Effect) => Look,
  ): void {
    const onClock = clockEffectOf(thread, result);
    const effect = effectOf(thread, result);
    if (onClock !== Effect.none) this.beforeOnClock(thread, onClock, effect, found);
    if (effect === Effect.none) return;
    const place = this.placeOf(thread);
    if (this.stamp[place] !== this.execution) return;
    const mask = CONFLICTS[effect]!;
    const row = thread.id * STRIDE;
    const acquires = bounded && thread.kind === OpKind.acquire;
    let settled = 1 << thread.id;
    for (let step = this.lastOn[place]!; step >= 0; step = this.previous[step]!) {
      const id = this.threadOf[step]!;
      const other = 1 << id;
      if ((settled & other) !== 0) continue;
      if (step < this.clocks[row + id]!) settled |= other;
      else if ((mask & (1 << this.effectAt[step]!)) !== 0) {
        if (found(step, thread, effect) === Look.settled) settled |= other;
      } else if (acquires && this.effectAt[step] === Effect.release) found(step, thread, effect);
    }
  }

  private beforeOnClock(
    thread: KThread,
    onClock: Effect,
    effect: Effect,
    found: (step: number, thread: KThread, effect: Effect) => Look,
  ): void {
    const row = thread.id * STRIDE;
    let settled = 1 << thread.id;
    for (let at = this.onClock.length - 1; at >= 0; at--) {
      const step = this.onClock[at]!;
      const other = 1 << this.threadOf[step]!;
      if ((settled & other) !== 0) continue;
      if (step < this.clocks[row + this.threadOf[step]!]!) settled |= other;
      else if (this.clockEffects[at] !== onClock && found(step, thread, effect) === Look.settled)
        settled |= other;
    }
  }

  /** Notes an applied operation as step number `step`. */
  note(thread: KThread, result: unknown, step: number): void {
    if (step >= this.threadOf.length) this.growSteps();
    this.threadOf[step] = thread.id;
    this.steps = step + 1;
    this.order(thread, result, step);
    if (this.keepsClocks) this.keepClock(thread.id * STRIDE, step * STRIDE);
  }

  private keepClock(row: number, at: number): void {
    if (at + STRIDE > this.stepClocks.length) {
      const grown = new Int32Array(Math.max(2 * this.stepClocks.length, 256 * STRIDE));
      grown.set(this.stepClocks);
      this.stepClocks = grown;
    }
    for (let i = 0; i < this.machine.threadCount; i++) this.stepClocks[at + i] = this.clocks[row + i]!;
    // A thread that is started later must not find what an earlier execution left.
    for (let i = this.machine.threadCount; i < STRIDE; i++) this.stepClocks[at + i] = 0;
  }

  private order(thread: KThread, result: unknown, step: number): void {
    const row = thread.id * STRIDE;
    this.clocks[row + thread.id] = step + 1;
    if (thread.interruptedBy !== null) this.join(row, this.clocks, thread.interruptedBy.id * STRIDE);
    switch (thread.kind) {
      case OpKind.start:
        for (const earlier of thread.after) this.join(row, this.clocks, earlier.id * STRIDE);
        // An interrupt is tried at every place. Earlier it would hold up somebody else, so all that was comes before it.
        if (thread.interrupt)
          for (let id = 0; id < this.machine.threadCount; id++) this.join(row, this.clocks, id * STRIDE);
        return;
      case OpKind.join:
        this.join(row, this.clocks, thread.a * STRIDE);
        return;
      default:
    }
    const onClock = clockEffectOf(thread, result);
    if (onClock !== Effect.none) {
      this.onClock.push(step);
      this.clockEffects.push(onClock);
      this.orderOn(0, onClock, row);
    }
    const effect = effectOf(thread, result);
    if (effect === Effect.none) return;
    this.orderOn(this.enter(thread, effect, step), effect, row);
    if (thread.kind === OpKind.spawn) this.join((result as KThread).id * STRIDE, this.clocks, row);
  }

  /** Looks commute with each other, and so do additions; all else on one word is ordered. */
  private orderOn(written: number, effect: Effect, row: number): void {
    const looked = written + STRIDE;
    const added = looked + STRIDE;
    this.join(row, this.wordClocks, written);
    if (effect !== Effect.read) this.join(row, this.wordClocks, looked);
    if (effect !== Effect.add) this.join(row, this.wordClocks, added);
    this.mergeInto(effect === Effect.read ? looked : effect === Effect.add ? added : written, row);
  }

  private placeOf(thread: KThread): number {
    return thread.kind === OpKind.spawn ? this.stamp.length - 1 : thread.loc;
  }

  /** Appends the step to those on its word; gives where the clocks of the word lie. */
  private enter(thread: KThread, effect: Effect, step: number): number {
    const loc = this.placeOf(thread);
    if (this.stamp[loc] !== this.execution) {
      this.stamp[loc] = this.execution;
      this.lastOn[loc] = -1;
      this.clockOf[loc] = this.newWordClock();
    }
    this.effectAt[step] = effect;
    this.previous[step] = this.lastOn[loc]!;
    this.lastOn[loc] = step;
    return this.clockOf[loc]!;
  }

  private newWordClock(): number {
    const at = this.wordClocksUsed;
    this.wordClocksUsed += WORD_CLOCKS * STRIDE;
    if (this.wordClocksUsed > this.wordClocks.length) {
      const grown = new Int32Array(this.wordClocks.length * 2);
      grown.set(this.wordClocks);
      this.wordClocks = grown;
    }
    this.wordClocks.fill(0, at, this.wordClocksUsed);
    return at;
  }

  private growSteps(): void {
    const size = this.threadOf.length * 2;
    const threads = new Int8Array(size);
    threads.set(this.threadOf);
    this.threadOf = threads;
    const effects = new Int8Array(size);
    effects.set(this.effectAt);
    this.effectAt = effects;
    const before = new Int32Array(size);
    before.set(this.previous);
    this.previous = before;
  }

  private join(row: number, from: Int32Array, at: number): void {
    const clocks = this.clocks;
    for (let i = 0; i < this.machine.threadCount; i++) {
      const value = from[at + i]!;
      if (value > clocks[row + i]!) clocks[row + i] = value;
    }
  }

  private mergeInto(at: number, row: number): void {
    const clocks = this.wordClocks;
    for (let i = 0; i < this.machine.threadCount; i++) {
      const value = this.clocks[row + i]!;
      if (value > clocks[at + i]!) clocks[at + i] = value;
    }
  }

  /**
   * Threads with which the steps after `step` that do not follow from it, and then the operation that `thread` has in hand,
   * could begin: to try one of them before `step` is to try the two the other way round (Abdulla, Aronsson, Jonsson and
   * Sagonas, "Optimal dynamic partial order reduction", POPL 2014: the initials of the race).
   *
   * @returns A mask of ids.
   */
  initials(step: number, thread: KThread, effect: Effect): number {
    const racer = this.threadOf[step]!;
    let met = 1 << racer;
    let initials = 0;
    for (let at = step + 1; at < this.steps; at++) {
      const id = this.threadOf[at]!;
      if ((met & (1 << id)) !== 0) continue;
      met |= 1 << id;
      const clock = at * STRIDE;
      if (this.stepClocks[clock + racer]! > step) continue;
      if (this.beginsAfter(this.stepClocks, clock, id, step)) initials |= 1 << id;
    }
    const own = 1 << thread.id;
    if ((met & own) === 0 && this.beginsAfter(this.clocks, thread.id * STRIDE, thread.id, step)) {
      if (!this.conflictsBetween(step, thread, effect)) initials |= own;
    }
    return initials;
  }

  /** Whether nothing after `step` but the thread's own happens before a clock of it. */
  private beginsAfter(clocks: Int32Array, at: number, id: number, step: number): boolean {
    for (let i = 0; i < this.machine.threadCount; i++)
      if (i !== id && clocks[at + i]! > step + 1) return false;
    return true;
  }

  /** Whether a step after `step` that does not follow from it conflicts with the operation in hand. */
  private conflictsBetween(step: number, thread: KThread, effect: Effect): boolean {
    const racer = this.threadOf[step]!;
    const onClock = clockEffectOf(thread, undefined);
    for (let at = this.onClock.length - 1; onClock !== Effect.none && at >= 0; at--) {
      const other = this.onClock[at]!;
      if (
        other > step &&
        this.clockEffects[at] !== onClock &&
        this.stepClocks[other * STRIDE + racer]! <= step
      )
        return true;
    }
    const place = this.placeOf(thread);
    if (effect === Effect.none || this.stamp[place] !== this.execution) return false;
    const mask = CONFLICTS[effect]!;
    const ordered = thread.kind === OpKind.acquire ? mask | (1 << Effect.release) : mask;
    for (let at = this.lastOn[place]!; at > step; at = this.previous[at]!) {
      if (this.stepClocks[at * STRIDE + racer]! > step) continue;
      if ((ordered & (1 << this.effectAt[at]!)) !== 0) return true;
    }
    return false;
  }

  /** Whether `thread` has taken no step since `step`, so that it waited then for what it has in hand now. */
  wasWaitingAt(step: number, thread: KThread): boolean {
    return this.clocks[thread.id * STRIDE + thread.id]! <= step;
  }

  /** Threads of which a step after `step` happens before what `thread` has in hand: a mask of ids. */
  threadsBetween(step: number, thread: KThread): number {
    const row = thread.id * STRIDE;
    let mask = 0;
    for (let other = 0; other < this.machine.threadCount; other++)
      if (this.clocks[row + other]! > step + 1) mask |= 1 << other;
    return mask;
  }
}
