import { OpKind, type KThread, type Machine } from '@movable-pages/machine';

const STRIDE = 32;

/**
 * What an operation does to its word, as far as it matters for which others it conflicts with. A blocking acquire and the
 * release before it are never possible at the same moment, so they are no race; a try races with both.
 */
const Effect = { none: -1, acquire: 0, release: 1, write: 2, read: 3 } as const;
type Effect = (typeof Effect)[keyof typeof Effect];

/** For each effect, with which earlier effects of another thread on the same word it conflicts: a mask by effect. */
const CONFLICTS = [
  bit(Effect.acquire) | bit(Effect.write) | bit(Effect.read),
  bit(Effect.write) | bit(Effect.read),
  bit(Effect.acquire) | bit(Effect.release) | bit(Effect.write) | bit(Effect.read),
  bit(Effect.acquire) | bit(Effect.release) | bit(Effect.write),
];
/** A try that succeeded. */
const TRY_CONFLICTS = bit(Effect.acquire) | bit(Effect.release) | bit(Effect.write) | bit(Effect.read);

function bit(effect: number): number {
  return 1 << effect;
}

/** What to do after a conflicting step was looked at. */
export const Look = {
  /** It could have come the other way round: nothing before it of that thread matters. */
  settled: 0,
  /** It could not: look at what the thread did before it. */
  further: 1,
} as const;

/** One of {@link Look}. */
export type Look = (typeof Look)[keyof typeof Look];

/** An applied operation on a word. */
interface Entry {
  readonly step: number;
  readonly thread: number;
  readonly effect: Effect;
}

/**
 * Remembers, for one execution, who did what to each word, and which steps happen before which. Asked about a step, it
 * names the earlier steps that conflict with it and that nothing in between orders before it.
 *
 * @since 0.1.0
 */
export class Conflicts {
  private readonly entries = new Map<number, Entry[]>();
  /** For each thread, the last step of each thread, plus 1, that happens before its present. */
  private readonly clocks: Int32Array[] = [];
  private readonly written = new Map<number, Int32Array>();
  private readonly looked = new Map<number, Int32Array>();

  constructor(private readonly machine: Machine) {
    for (let i = 0; i < STRIDE; i++) this.clocks.push(new Int32Array(STRIDE));
  }

  begin(): void {
    for (const clock of this.clocks) clock.fill(0);
    this.entries.clear();
    this.written.clear();
    this.looked.clear();
  }

  /**
   * Calls `found` for each earlier step that could have come after the operation that `thread` has in hand, latest first
   * for each other thread, until it says that the matter is settled.
   *
   * @param result What the operation gave, or undefined if it was not applied.
   */
  before(thread: KThread, result: unknown, found: (step: number, thread: KThread) => Look): void {
    const effect = effectOf(thread, result);
    const entries = effect === Effect.none ? undefined : this.entries.get(thread.loc);
    if (entries === undefined) return;
    const tries = thread.kind === OpKind.tryAcquire && effect === Effect.acquire;
    const mask = tries ? TRY_CONFLICTS : CONFLICTS[effect]!;
    const clock = this.clocks[thread.id]!;
    let settled = 1 << thread.id;
    for (let i = entries.length - 1; i >= 0; i--) {
      const entry = entries[i]!;
      const other = 1 << entry.thread;
      if ((settled & other) !== 0) continue;
      if (entry.step < clock[entry.thread]!) settled |= other;
      else if ((mask & bit(entry.effect)) !== 0) {
        if (found(entry.step, thread) === Look.settled) settled |= other;
      } else if (thread.kind === OpKind.acquire && entry.effect === Effect.release) {
        // No race, but under a bound it matters that the acquire could have been waited for: who blocks is left for free.
        found(entry.step, thread);
      }
    }
  }

  /** Notes an applied operation as step number `step`. */
  note(thread: KThread, result: unknown, step: number): void {
    const clock = this.clocks[thread.id]!;
    clock[thread.id] = step + 1;
    if (thread.kind === OpKind.spawn) {
      joinInto(this.clocks[(result as KThread).id]!, clock);
      return;
    }
    if (thread.kind === OpKind.start) {
      for (const earlier of thread.after) joinInto(clock, this.clocks[earlier.id]!);
      return;
    }
    if (thread.kind === OpKind.join) {
      joinInto(clock, this.clocks[thread.a]!);
      return;
    }
    const effect = effectOf(thread, result);
    if (effect === Effect.none) return;
    const entry = { step, thread: thread.id, effect };
    const entries = this.entries.get(thread.loc);
    if (entries === undefined) this.entries.set(thread.loc, [entry]);
    else entries.push(entry);
    const written = this.written.get(thread.loc);
    if (written !== undefined) joinInto(clock, written);
    if (effect === Effect.read) {
      merge(this.looked, thread.loc, clock);
      return;
    }
    const looked = this.looked.get(thread.loc);
    if (looked !== undefined) joinInto(clock, looked);
    merge(this.written, thread.loc, clock);
  }

  /** Whether `thread` has taken no step since `step`, so that it waited then for what it has in hand now. */
  wasWaitingAt(step: number, thread: KThread): boolean {
    return this.clocks[thread.id]![thread.id]! <= step;
  }

  /** Threads of which a step after `step` happens before what `thread` has in hand: a mask of ids. */
  threadsBetween(step: number, thread: KThread): number {
    const clock = this.clocks[thread.id]!;
    let mask = 0;
    for (let other = 0; other < this.machine.threadCount; other++)
      if (clock[other]! > step + 1) mask |= 1 << other;
    return mask;
  }
}

function effectOf(thread: KThread, result: unknown): Effect {
  if (thread.loc < 0) return Effect.none;
  switch (thread.kind) {
    case OpKind.load:
      return Effect.read;
    case OpKind.acquire:
      return Effect.acquire;
    case OpKind.tryAcquire:
      return result === false ? Effect.read : Effect.acquire;
    case OpKind.release:
      return Effect.release;
    case OpKind.compareExchange:
    case OpKind.incrementUnlessZero:
      return result === false ? Effect.read : Effect.write;
    case OpKind.awaitEqual:
    case OpKind.awaitNotEqual:
      return thread.c === 0 || result === false ? Effect.read : Effect.write;
    default:
      return Effect.write;
  }
}

function joinInto(to: Int32Array, from: Int32Array): void {
  for (let i = 0; i < STRIDE; i++) if (from[i]! > to[i]!) to[i] = from[i]!;
}

function merge(clocks: Map<number, Int32Array>, location: number, clock: Int32Array): void {
  const known = clocks.get(location);
  if (known === undefined) clocks.set(location, clock.slice());
  else joinInto(known, clock);
}
