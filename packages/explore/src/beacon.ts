import type { Decision } from './strategies/follow.js';

/** Decisions that fit into a beacon; an execution longer than that is cut in the beacon only. */
const ROOM = 8192;
/** Characters of the place that fit. */
const PLACE = 96;
/** Cells: executions, steps, decisions so far, preemption bound, cancelled, length of the place, started, part done. */
const EXECUTIONS = 0;
const STEPS = 1;
const LENGTH = 2;
const BOUND = 3;
const CANCELLED = 4;
const PLACE_LENGTH = 5;
const STARTED = 6;
const DONE = 7;
const PLACE_AT = 8;
const DECISIONS_AT = PLACE_AT + PLACE;

/**
 * A light that another thread of the process can watch: how far a search is, what it decided in the execution that runs
 * now, and in whose code it is. When the search hangs in a loop without operations, the watcher still knows all that.
 *
 * @since 0.1.0
 */
export class Beacon {
  /** Size of the memory, in bytes. */
  static readonly bytes = (DECISIONS_AT + ROOM) * 4;

  private readonly cells: Int32Array;

  /** @param buffer Memory shared with the watcher, of {@link Beacon.bytes} bytes. */
  constructor(buffer: SharedArrayBuffer) {
    this.cells = new Int32Array(buffer);
  }

  // ---- the search ---------------------------------------------------------------------------------------------------

  /** Notes that the work has begun; before, standing still means waiting for a processor. */
  start(): void {
    Atomics.store(this.cells, STARTED, 1);
  }

  /** Notes the preemption bound that is being searched, or -1 if there is none. */
  atBound(preemptions: number): void {
    this.cells[BOUND] = preemptions;
  }

  /** Notes which part of the bound is done, from 0 to 1; null if nobody knows. */
  atDone(part: number | null): void {
    this.cells[DONE] = part === null ? -1 : Math.floor(part * 1000);
  }

  /** Starts an execution. */
  begin(): void {
    this.cells[EXECUTIONS] = (this.cells[EXECUTIONS]! + 1) | 0;
    this.cells[LENGTH] = 0;
  }

  /** Notes a decision before it is carried out: the thread that steps, and its answer if it was asked. */
  decide(thread: number, answer: number): void {
    const length = this.cells[LENGTH]!;
    if (length < ROOM) this.cells[DECISIONS_AT + length] = thread | (answer << 8);
    this.cells[LENGTH] = length + 1;
    this.cells[STEPS] = (this.cells[STEPS]! + 1) | 0;
  }

  /** Notes whose code begins to run: `balloon.isolatePage`. */
  enter(place: string): void {
    const length = Math.min(place.length, PLACE);
    for (let i = 0; i < length; i++) this.cells[PLACE_AT + i] = place.charCodeAt(i);
    this.cells[PLACE_LENGTH] = length;
  }

  /** Whether the watcher wants the search to end. */
  get cancelled(): boolean {
    return Atomics.load(this.cells, CANCELLED) === 1;
  }

  // ---- the watcher --------------------------------------------------------------------------------------------------

  /** Whether the work has begun. */
  get started(): boolean {
    return Atomics.load(this.cells, STARTED) === 1;
  }

  /** Asks the search to end. */
  cancel(): void {
    Atomics.store(this.cells, CANCELLED, 1);
  }

  /** Executions and the bound so far, and about which part of the bound is done, from 0 to 1. */
  get progress(): { executions: number; preemptions: number; done: number | null } {
    const done = Atomics.load(this.cells, DONE);
    return {
      executions: Atomics.load(this.cells, EXECUTIONS),
      preemptions: Atomics.load(this.cells, BOUND),
      done: done < 0 ? null : done / 1000,
    };
  }

  /** A number that changes while the search makes progress. */
  get pulse(): number {
    return (
      (Atomics.load(this.cells, STEPS) + Math.imul(Atomics.load(this.cells, EXECUTIONS), 0x9e3779b1)) | 0
    );
  }

  /** In whose code the search is; empty if in nobody's but the VM's. */
  get place(): string {
    const length = Math.min(Atomics.load(this.cells, PLACE_LENGTH), PLACE);
    return String.fromCharCode(...this.cells.subarray(PLACE_AT, PLACE_AT + length));
  }

  /** The decisions of the execution that runs now. */
  get decisions(): Decision[] {
    const length = Math.min(this.cells[LENGTH]!, ROOM);
    return Array.from(this.cells.subarray(DECISIONS_AT, DECISIONS_AT + length), (cell) => ({
      thread: cell & 0xff,
      answer: cell >> 8,
    }));
  }
}
