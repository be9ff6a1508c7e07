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
const EFFECTS = 4;

function bit(effect: number): number {
  return 1 << effect;
}

/**
 * Remembers, for one execution, the last step of each thread with each effect on each word, and which steps happen before
 * which. Asked about a step, it names the earlier steps that conflict with it and that nothing in between orders before
 * it: those are the ones that could have come the other way round.
 *
 * @since 0.1.0
 */
export class Conflicts {
  /** Step numbers plus 1, by word, thread and effect; 0 = none. */
  private readonly last: Int32Array;
  private readonly touched: number[] = [];
  /** For each thread, the last step of each other thread that happens before its present. */
  private readonly clocks: Int32Array[] = [];
  private readonly written = new Map<number, Int32Array>();
  private readonly looked = new Map<number, Int32Array>();

  constructor(private readonly machine: Machine) {
    this.last = new Int32Array(machine.words.length * STRIDE * EFFECTS);
    for (let i = 0; i < STRIDE; i++) this.clocks.push(new Int32Array(STRIDE));
  }

  begin(): void {
    for (const at of this.touched) this.last[at] = 0;
    this.touched.length = 0;
    for (const clock of this.clocks) clock.fill(0);
    this.written.clear();
    this.looked.clear();
  }

  /**
   * Calls `found` for each earlier step that could have come after the operation that `thread` has in hand.
   *
   * @param result What the operation gave, or undefined if it was not applied.
   */
  before(thread: KThread, result: unknown, found: (step: number, thread: KThread) => void): void {
    const effect = effectOf(thread, result);
    if (effect === Effect.none) return;
    const tries = thread.kind === OpKind.tryAcquire && effect === Effect.acquire;
    const mask = tries ? TRY_CONFLICTS : CONFLICTS[effect]!;
    const clock = this.clocks[thread.id]!;
    const row = thread.loc * STRIDE * EFFECTS;
    for (let other = 0; other < this.machine.threadCount; other++) {
      if (other === thread.id) continue;
      const at = row + other * EFFECTS;
      let step = 0;
      for (let earlier = 0; earlier < EFFECTS; earlier++) {
        if ((mask & bit(earlier)) !== 0 && this.last[at + earlier]! > step) step = this.last[at + earlier]!;
      }
      if (step > clock[other]!) found(step - 1, thread);
      // No race, but under a bound it matters that the acquire could have been waited for: who blocks is left for free.
      const freed = this.last[at + Effect.release]!;
      if (thread.kind === OpKind.acquire && freed > step && freed > clock[other]!) found(freed - 1, thread);
    }
  }

  /** Whether `thread` has taken no step since `step`, so that it waited then for what it has in hand now. */
  wasWaitingAt(step: number, thread: KThread): boolean {
    return this.clocks[thread.id]![thread.id]! <= step;
  }

  /** Threads of which a step after `step` happens before what `thread` has in hand: a mask of ids. */
  threadsBetween(step: number, thread: KThread): number {
    const clock = this.clocks[thread.id]!;
    let mask = 0;
    for (let other = 0; other < this.machine.threadCount; other++) if (clock[other]! > step + 1) mask |= 1 << other;
    return mask;
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
    const at = (thread.loc * STRIDE + thread.id) * EFFECTS + effect;
    if (this.last[at] === 0) this.touched.push(at);
    this.last[at] = step + 1;
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
