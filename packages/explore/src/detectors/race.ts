import { OpKind, type KThread, type Machine } from '@movable-pages/machine';
import { innermost } from '../innermost.js';
import type { ViolationSink } from '../monitor.js';

const STRIDE = 32;
const CLOCK_LIMIT = 0x3fffffff;

/** An access, as far as a race report needs it. */
interface AccessNote {
  readonly site: string | undefined;
  readonly scope: string | null;
}

/**
 * Finds data races among plain accesses by happens-before (vector clocks; Flanagan and Freund, "FastTrack", 2009).
 * Locks, atomic words, wake-ups, spawning and joining order threads; an `add`, whose result nobody sees, does not.
 * Clocks keep rising from one execution to the next, so nothing has to be cleared between them.
 *
 * @since 0.1.0
 */
export class RaceDetector {
  private readonly clocks: Int32Array[] = [];
  private readonly released = new Map<number, Int32Array>();
  private readonly woke: Int32Array[] = [];
  private writeClock = new Int32Array(0);
  private writeThread = new Int8Array(0);
  private readClock = new Int32Array(0);
  private base = 0;
  private notes = new Map<number, AccessNote>();

  constructor(
    private readonly machine: Machine,
    private readonly sink: ViolationSink,
  ) {
    for (let i = 0; i < STRIDE; i++) {
      this.clocks.push(new Int32Array(STRIDE));
      this.woke.push(new Int32Array(STRIDE));
    }
    this.grow(machine.heap.locations);
  }

  begin(): void {
    let top = this.base;
    for (const clock of this.clocks) for (let i = 0; i < STRIDE; i++) if (clock[i]! > top) top = clock[i]!;
    if (top > CLOCK_LIMIT) {
      top = 0;
      this.writeClock.fill(0);
      this.readClock.fill(0);
      this.released.clear();
      for (const clock of this.woke) clock.fill(0);
    }
    this.base = top;
    for (let i = 0; i < STRIDE; i++) {
      this.clocks[i]!.fill(top);
      this.clocks[i]![i] = top + 1;
    }
    if (this.notes.size > 0) this.notes.clear();
  }

  step(thread: KThread, result: unknown): void {
    switch (thread.kind) {
      case OpKind.acquire:
      case OpKind.load:
      case OpKind.awaitEqual:
      case OpKind.awaitNotEqual:
        this.acquire(thread.id, thread.loc);
        if (thread.kind !== OpKind.load && thread.kind !== OpKind.acquire && thread.c !== 0)
          this.release(thread.id, thread.loc);
        return;
      case OpKind.tryAcquire:
        if (result === true) this.acquire(thread.id, thread.loc);
        return;
      case OpKind.store:
      case OpKind.release:
        this.release(thread.id, thread.loc);
        return;
      case OpKind.fetchAdd:
      case OpKind.fetchOr:
      case OpKind.fetchAnd:
      case OpKind.compareExchange:
      case OpKind.incrementUnlessZero:
        this.acquire(thread.id, thread.loc);
        this.release(thread.id, thread.loc);
        return;
      case OpKind.wake: {
        const mine = this.clocks[thread.id]!;
        for (let i = 0; i < this.machine.threadCount; i++) {
          if (this.machine.threads[i]!.woken) joinInto(this.woke[i]!, mine);
        }
        mine[thread.id]!++;
        return;
      }
      case OpKind.sleep:
        if (result === true) joinInto(this.clocks[thread.id]!, this.woke[thread.id]!);
        return;
      case OpKind.spawn: {
        const child = result as KThread;
        joinInto(this.clocks[child.id]!, this.clocks[thread.id]!);
        this.clocks[thread.id]![thread.id]!++;
        return;
      }
      case OpKind.start:
        for (const earlier of thread.after) joinInto(this.clocks[thread.id]!, this.clocks[earlier.id]!);
        return;
      case OpKind.join:
        joinInto(this.clocks[thread.id]!, this.clocks[thread.a]!);
        return;
      default:
        return;
    }
  }

  /** What the thread did in this step comes before the next use of `location`. */
  publish(thread: KThread, location: number): void {
    this.release(thread.id, location);
  }

  access(thread: KThread, location: number, write: boolean): void {
    if (location >= this.writeClock.length) this.grow(location + 1);
    const id = thread.id;
    const mine = this.clocks[id]!;
    const writer = this.writeThread[location]!;
    const row = location * STRIDE;
    if (writer !== id && this.writeClock[location]! > mine[writer]!) {
      this.race(thread, location, write, writer, true);
    } else if (write) {
      for (let other = 0; other < this.machine.threadCount; other++) {
        if (other !== id && this.readClock[row + other]! > mine[other]!) {
          this.race(thread, location, write, other, false);
          break;
        }
      }
    }
    if (write) {
      this.writeClock[location] = mine[id]!;
      this.writeThread[location] = id;
    } else {
      this.readClock[row + id] = mine[id]!;
    }
    if (this.machine.captureSites) {
      this.notes.set((row + id) * 2 + (write ? 1 : 0), {
        site: this.machine.site(),
        scope: innermost(thread),
      });
    }
  }

  private race(
    thread: KThread,
    location: number,
    write: boolean,
    otherId: number,
    otherWrote: boolean,
  ): void {
    const other = this.machine.threads[otherId]!;
    const name = this.machine.nameOf(location);
    const note = this.notes.get((location * STRIDE + otherId) * 2 + (otherWrote ? 1 : 0));
    const verb = write ? 'writes' : 'reads';
    const otherVerb = otherWrote ? 'wrote' : 'read';
    this.sink.report({
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
        here: this.machine.site(),
        there: note?.site,
        thereWhat: `${other.name} ${otherVerb} it${within(note?.scope)}`,
        expected: `one lock around every access to ${name}`,
        received: `${thread.name} ${verb} it and ${other.name} ${otherVerb} it with no common lock`,
      },
      other: { thread: other.name, what: `${otherVerb} ${name}`, site: note?.site },
    });
  }

  private acquire(thread: number, location: number): void {
    const clock = this.released.get(location);
    if (clock !== undefined) joinInto(this.clocks[thread]!, clock);
  }

  private release(thread: number, location: number): void {
    const mine = this.clocks[thread]!;
    const clock = this.released.get(location);
    if (clock === undefined) this.released.set(location, mine.slice());
    else joinInto(clock, mine);
    mine[thread]!++;
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
  }
}

function joinInto(to: Int32Array, from: Int32Array): void {
  for (let i = 0; i < STRIDE; i++) if (from[i]! > to[i]!) to[i] = from[i]!;
}

function within(scope: string | null | undefined): string {
  return typeof scope === 'string' ? ` in ${scope}` : '';
}
