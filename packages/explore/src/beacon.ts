import type { KThread } from '@movable-pages/machine';

/** Decisions that fit into a beacon; an execution longer than that is cut in the beacon only. */
const ROOM = 8192;
const HEADER = 4;

/**
 * A light that another thread of the process can watch: how far a search is and what it decided in the execution that
 * runs now. When the search hangs in a loop without operations, the watcher still knows the schedule.
 *
 * @since 0.1.0
 */
export class Beacon {
  private readonly cells: Int32Array;

  /** @param buffer Memory shared with the watcher, of {@link Beacon.bytes} bytes. */
  constructor(buffer: SharedArrayBuffer) {
    this.cells = new Int32Array(buffer);
  }

  /** Size of the memory. */
  static readonly bytes = (HEADER + ROOM) * 4;

  /** Starts an execution. */
  begin(): void {
    this.cells[0] = (this.cells[0]! + 1) | 0;
    this.cells[2] = 0;
  }

  /** Notes a decision before it is carried out. */
  decide(id: number, answer: number, _thread: KThread): void {
    const length = this.cells[2]!;
    if (length < ROOM) this.cells[HEADER + length] = id | (answer << 8);
    this.cells[2] = length + 1;
    this.cells[1] = (this.cells[1]! + 1) | 0;
  }

  /** A number that changes while the search makes progress. */
  pulse(): number {
    return Atomics.load(this.cells, 1) ^ (Atomics.load(this.cells, 0) << 16);
  }

  /** The decisions of the execution that runs now: thread ids and answers. */
  decisions(): { thread: number; answer: number }[] {
    const length = Math.min(this.cells[2]!, ROOM);
    return Array.from(this.cells.subarray(HEADER, HEADER + length), (cell) => ({ thread: cell & 0xff, answer: cell >> 8 }));
  }
}
