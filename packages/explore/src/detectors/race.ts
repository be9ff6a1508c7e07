import { OpKind, type KThread, type Machine } from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { ViolationSink } from '../monitor.js';
import type { Violation } from '../violation.js';

const STRIDE = 32;
/** From a thread's own entry in its row to the next thread's. */
const OWN = STRIDE + 1;
const CLOCK_LIMIT = 0x3fffffff;

/** An access, as far as a race report needs it. */
interface AccessNote {
  readonly site: string | undefined;
  readonly scope: string | null;
  /** What stood there before the access. */
  readonly value: unknown;
}

/** A race that was reported, for which the value after the step is still to come. */
interface Open {
  readonly violation: Violation;
  readonly location: number;
  readonly before: unknown;
}

/** What has ever been done to a location. */
const Used = { plainly: 1, atomically: 2, both: 3 } as const;

/**
 * Finds data races by happens-before (vector clocks; Flanagan and Freund, "FastTrack", 2009): plain accesses against each
 * other, and against operations on the same word.
 * Locks, atomic words, wake-ups, spawning and joining order threads; an `add`, whose result nobody sees, does not.
 * Clocks keep rising from one execution to the next, so nothing has to be cleared between them.
 *
 * @since 0.1.0
 */
export class RaceDetector {
  /** A row for each thread: what it knows of the others. */
  private readonly clocks = new Int32Array(STRIDE * STRIDE);
  /** A row for each word: what whoever uses it next will know. */
  private released = new Int32Array(0);
  /** A row for each thread: what whoever woke it knew. */
  private readonly woke = new Int32Array(STRIDE * STRIDE);
  private writeClock = new Int32Array(0);
  private writeThread = new Int8Array(0);
  private readClock = new Int32Array(0);
  /** As `readClock`, of operations: words only, a row for each, grown when an operation comes. */
  private atomicRead = new Int32Array(0);
  private atomicWrite = new Int32Array(0);
  /** For each location what of {@link Used} was ever seen: most are used in one way only and need no second look. */
  private used = new Uint8Array(0);
  private open: Open | null = null;
  private base = 0;
  /** Threads of this execution that have clocks. */
  private entered = 0;
  private notes = new Map<number, AccessNote>();

  constructor(
    private readonly machine: Machine,
    private readonly sink: ViolationSink,
  ) {
    this.grow(machine.heap.locations);
  }

  begin(): void {
    let top = this.base;
    // A thread's own clock is the highest that anybody knows of it.
    for (let i = 0; i < this.entered; i++) if (this.clocks[i * OWN]! > top) top = this.clocks[i * OWN]!;
    if (top > CLOCK_LIMIT) {
      top = 0;
      this.writeClock.fill(0);
      this.readClock.fill(0);
      this.atomicRead.fill(0);
      this.atomicWrite.fill(0);
      this.released.fill(0);
      this.woke.fill(0);
    }
    this.base = top;
    this.entered = 0;
    this.enter(this.machine.threadCount);
    this.open = null;
    if (this.notes.size > 0) this.notes.clear();
  }

  /** Clocks of threads up to `count`, those that are there already left alone. */
  private enter(count: number): void {
    for (let i = this.entered; i < count; i++) {
      this.clocks.fill(this.base, i * STRIDE, (i + 1) * STRIDE);
      this.clocks[i * OWN] = this.base + 1;
    }
    this.entered = count;
  }

  /** The reported race with the value that the step left, if the machine captures sites; else null. */
  completed(): Violation | null {
    const { open } = this;
    if (open === null) return null;
    const [from, to] = [show(open.before), show(this.machine.valueAt(open.location))];
    return from === to ? open.violation : { ...open.violation, valueChanged: { from, to } };
  }

  step(thread: KThread, result: unknown): void {
    const { id, kind } = thread;
    switch (kind) {
      case OpKind.acquire:
        this.acquire(id, thread.loc);
        this.operation(thread, true);
        return;
      case OpKind.load:
        this.acquire(id, thread.loc);
        this.operation(thread, false);
        return;
      case OpKind.awaitEqual:
      case OpKind.awaitNotEqual:
        this.acquire(id, thread.loc);
        this.operation(thread, thread.c !== 0 && result !== false);
        if (thread.c !== 0) this.release(id, thread.loc);
        return;
      case OpKind.tryAcquire:
        if (result === true) this.acquire(id, thread.loc);
        this.operation(thread, result === true);
        return;
      case OpKind.add:
        this.operation(thread, true);
        return;
      case OpKind.store:
      case OpKind.release:
        this.operation(thread, true);
        this.release(id, thread.loc);
        return;
      case OpKind.fetchAdd:
      case OpKind.fetchOr:
      case OpKind.fetchAnd:
      case OpKind.compareExchange:
      case OpKind.incrementUnlessZero:
        this.acquire(id, thread.loc);
        this.operation(thread, result !== false);
        this.release(id, thread.loc);
        return;
      case OpKind.wake:
        for (let i = 0; i < this.machine.threadCount; i++)
          if (this.machine.threads[i]!.woken) this.join(this.woke, i, this.clocks, id);
        this.clocks[id * OWN]!++;
        return;
      case OpKind.sleep:
        if (result === true) this.join(this.clocks, id, this.woke, id);
        return;
      case OpKind.spawn: {
        const child = (result as KThread).id;
        this.enter(child + 1);
        this.join(this.clocks, child, this.clocks, id);
        this.clocks[id * OWN]!++;
        return;
      }
      case OpKind.start:
        for (const earlier of thread.after) this.join(this.clocks, id, this.clocks, earlier.id);
        return;
      case OpKind.join:
        this.join(this.clocks, id, this.clocks, thread.a);
        return;
      default:
        return;
    }
  }

  /** What the thread did in this step comes before the next use of `location`. */
  publish(thread: KThread, location: number): void {
    this.release(thread.id, location);
  }

  /** An operation on a word, once what it orders is known and before anybody is ordered after it. */
  private operation(thread: KThread, write: boolean): void {
    const location = thread.loc;
    const id = thread.id;
    const used = (this.used[location]! | Used.atomically) as number;
    this.used[location] = used;
    if (used === Used.both) this.besidePlain(thread, location, write);
    (write ? this.atomicWrite : this.atomicRead)[location * STRIDE + id] = this.clocks[id * OWN]!;
    if (this.machine.captureSites) this.remember(thread, location, write, true, thread.site);
  }

  private besidePlain(thread: KThread, location: number, write: boolean): void {
    const { id } = thread;
    const writer = this.writeThread[location]!;
    if (writer !== id && this.writeClock[location]! > this.clocks[id * STRIDE + writer]!)
      this.race(thread, location, write, writer, true, 'operation', 'plain');
    else if (write) {
      const reader = this.unordered(this.readClock, location, id);
      if (reader >= 0) this.race(thread, location, true, reader, false, 'operation', 'plain');
    }
  }

  access(thread: KThread, location: number, write: boolean): void {
    if (location >= this.writeClock.length) this.grow(location + 1);
    const id = thread.id;
    const now = this.clocks[id * OWN]!;
    const writer = this.writeThread[location]!;
    if (writer !== id && this.writeClock[location]! > this.clocks[id * STRIDE + writer]!) {
      this.race(thread, location, write, writer, true);
    } else if (write) {
      const reader = this.unordered(this.readClock, location, id);
      if (reader >= 0) this.race(thread, location, true, reader, false);
    }
    const used = (this.used[location]! | Used.plainly) as number;
    this.used[location] = used;
    if (used === Used.both) {
      const changer = this.unordered(this.atomicWrite, location, id);
      if (changer >= 0) this.race(thread, location, write, changer, true, 'plain', 'operation');
      else if (write) {
        const reader = this.unordered(this.atomicRead, location, id);
        if (reader >= 0) this.race(thread, location, true, reader, false, 'plain', 'operation');
      }
    }
    if (write) {
      this.writeClock[location] = now;
      this.writeThread[location] = id;
    } else {
      this.readClock[location * STRIDE + id] = now;
    }
    if (this.machine.captureSites) this.remember(thread, location, write, false, this.machine.site());
  }

  /** A thread whose access in a table of rows nothing orders before the present of `id`, or -1. */
  private unordered(rows: Int32Array, location: number, id: number): number {
    const mine = id * STRIDE;
    const row = location * STRIDE;
    for (let other = 0; other < this.machine.threadCount; other++)
      if (other !== id && rows[row + other]! > this.clocks[mine + other]!) return other;
    return -1;
  }

  private remember(
    thread: KThread,
    location: number,
    write: boolean,
    atomic: boolean,
    site: string | undefined,
  ): void {
    this.notes.set(noteKey(location, thread.id, write, atomic), {
      site,
      scope: innermost(thread),
      value: this.machine.valueAt(location),
    });
  }

  private race(
    thread: KThread,
    location: number,
    write: boolean,
    otherId: number,
    otherWrote: boolean,
    how: How = 'plain',
    otherHow: How = 'plain',
  ): void {
    const other = this.machine.threads[otherId]!;
    const name = this.machine.nameOf(location);
    const note = this.notes.get(noteKey(location, otherId, otherWrote, otherHow === 'operation'));
    const mixed = how !== otherHow;
    const verb = `${write ? 'writes' : 'reads'}${mixed && how === 'plain' ? ' plainly' : ''}`;
    const otherVerb = `${otherWrote ? 'wrote' : 'read'}${mixed && otherHow === 'plain' ? ' plainly' : ''}`;
    const violation: Violation = {
      kind: 'race',
      code: 'MP_DATA_RACE',
      message: `${thread.name} ${verb} ${name} while nothing orders it after ${other.name}, which ${otherVerb} it`,
      subject: name,
      doing: `${verb} ${name}`,
      thread: thread.name,
      scope: innermost(thread),
      party: thread.runningParty,
      details: {
        subject: name,
        location,
        here: how === 'operation' ? thread.site : this.machine.site(),
        there: note?.site,
        thereWhat: `${other.name} ${otherVerb} it${within(note?.scope)}`,
        expected: mixed
          ? `only operations on ${name}, or one lock around every access`
          : `one lock around every access to ${name}`,
        received: `${thread.name} ${verb} it and ${other.name} ${otherVerb} it with no common lock`,
      },
      other: { thread: other.name, what: `${otherVerb} ${name}`, site: note?.site },
    };
    this.sink.report(violation);
    if (this.machine.captureSites) this.open ??= { violation, location, before: note?.value };
  }

  private acquire(thread: number, location: number): void {
    this.join(this.clocks, thread, this.released, location);
  }

  private release(thread: number, location: number): void {
    if (location * STRIDE >= this.released.length) this.growReleased(location + 1);
    this.join(this.released, location, this.clocks, thread);
    this.clocks[thread * OWN]!++;
  }

  /** Raises a row to what another one knows. */
  private join(to: Int32Array, toRow: number, from: Int32Array, fromRow: number): void {
    const at = toRow * STRIDE;
    const by = fromRow * STRIDE;
    for (let i = 0; i < this.entered; i++) if (from[by + i]! > to[at + i]!) to[at + i] = from[by + i]!;
  }

  private grow(locations: number): void {
    const size = Math.max(locations, this.writeClock.length * 2, 1024);
    const writeClock = new Int32Array(size);
    writeClock.set(this.writeClock);
    this.writeClock = writeClock;
    const writeThread = new Int8Array(size);
    writeThread.set(this.writeThread);
    this.writeThread = writeThread;
    const readClock = new Int32Array(size * STRIDE);
    readClock.set(this.readClock);
    this.readClock = readClock;
    const used = new Uint8Array(size);
    used.set(this.used);
    this.used = used;
    // Only words are operated on, and there are no more of them.
    const rows = Math.min(size, this.machine.words.length) * STRIDE;
    if (rows === this.atomicRead.length) return;
    const atomicRead = new Int32Array(rows);
    atomicRead.set(this.atomicRead);
    this.atomicRead = atomicRead;
    const atomicWrite = new Int32Array(rows);
    atomicWrite.set(this.atomicWrite);
    this.atomicWrite = atomicWrite;
    if (rows > this.released.length) this.growReleased(rows / STRIDE);
  }

  private growReleased(locations: number): void {
    const released = new Int32Array(locations * STRIDE);
    released.set(this.released);
    this.released = released;
  }
}

type How = 'plain' | 'operation';

function noteKey(location: number, thread: number, write: boolean, atomic: boolean): number {
  return ((location * STRIDE + thread) * 2 + (write ? 1 : 0)) * 2 + (atomic ? 1 : 0);
}

function show(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function within(scope: string | null | undefined): string {
  return typeof scope === 'string' ? ` in ${scope}` : '';
}
