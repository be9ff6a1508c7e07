import { OpKind, type KThread, type Machine } from '@movable-pages/machine';

/**
 * Learns which threads read and write each word by operations, over all executions, and from it which operations other
 * threads can notice. Switching threads before an operation that nobody can notice leads to nothing that switching after
 * it does not: the operation commutes with everything the others do (and a plain access that comes with it is ordered by
 * locks, or a data race that either order shows).
 *
 * What is used stays fixed between two calls of {@link Visibility.adopt}, so a search has the same decisions all the way.
 *
 * @since 0.1.0
 */
export class Visibility {
  private readonly readers: Int32Array;
  private readonly writers: Int32Array;
  private knownReaders: Int32Array;
  private knownWriters: Int32Array;
  private readonly beside = new Int32Array(32);
  private learned = 0;

  constructor(private readonly machine: Machine) {
    const size = machine.words.length;
    this.readers = new Int32Array(size);
    this.writers = new Int32Array(size);
    this.knownReaders = new Int32Array(size);
    this.knownWriters = new Int32Array(size);
  }

  /** Works out, for an execution, which threads may run beside each other. */
  begin(): void {
    this.beside.fill(-1);
    const { threads } = this.machine;
    for (let i = 0; i < this.machine.threadCount; i++) {
      this.beside[i] = this.beside[i]! & ~(1 << i);
      for (const earlier of threads[i]!.after) {
        this.beside[i] = this.beside[i]! & ~(1 << earlier.id);
        this.beside[earlier.id] = this.beside[earlier.id]! & ~(1 << i);
      }
    }
  }

  /** Notes an applied operation. */
  step(thread: KThread, result: unknown): void {
    const loc = thread.loc;
    if (loc < 0) return;
    const bit = 1 << thread.id;
    const masks = isRead(thread, result) ? this.readers : this.writers;
    if ((masks[loc]! & bit) !== 0) return;
    masks[loc] = masks[loc]! | bit;
    this.learned++;
  }

  /** Whether the operation that a thread asks for can be noticed by one that may run beside it. */
  isVisible(thread: KThread): boolean {
    switch (thread.kind) {
      case OpKind.choose:
      case OpKind.point:
        return false;
      case OpKind.start:
      case OpKind.spawn:
      case OpKind.join:
      case OpKind.yield:
      case OpKind.relax:
        return true;
      default: {
        const others = this.beside[thread.id]!;
        const loc = thread.loc;
        if ((this.knownWriters[loc]! & others) !== 0) return true;
        return thread.kind !== OpKind.load && (this.knownReaders[loc]! & others) !== 0;
      }
    }
  }

  /** Uses from here on what was learned; gives a mark for {@link Visibility.learnedSince}. */
  adopt(): number {
    this.knownReaders = this.readers.slice();
    this.knownWriters = this.writers.slice();
    return this.learned;
  }

  /** Whether anything was learned since. */
  learnedSince(mark: number): boolean {
    return this.learned !== mark;
  }
}

/** A load, and a try that failed, only look. */
function isRead(thread: KThread, result: unknown): boolean {
  return thread.kind === OpKind.load || (result === false && thread.kind !== OpKind.fetchAdd);
}
