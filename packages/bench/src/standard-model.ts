import {
  Machine,
  mutex,
  spinLock,
  word,
  type Mutex,
  type Op,
  type SpinLock,
  type Word,
} from '@movable-pages/machine';

/** The VM has this page off its driver's hands. */
const ISOLATED = 1;

/** How large the standard model is made, and whether it is right. */
export interface StandardModelOptions {
  readonly pages: number;
  readonly drivers: number;
  /** Allocations and frees of each driver thread. */
  readonly rounds: number;
  /** Plants a bug: drivers write to an object without its page lock, while the VM may be moving it. */
  readonly planted?: boolean;
}

/** A page with room for one object, and the frame that the VM may move it to. */
interface ModelPage {
  readonly lock: Mutex;
  readonly flags: Word;
  readonly refCount: Word;
  /** 0: no object; else 1 plus the frame that the object is in. Guarded by the driver's list lock. */
  readonly handle: Word;
  readonly frames: readonly [Word, Word];
}

/**
 * The model that searches are measured on, here and in the guide: one VM thread isolates each page, then moves its object
 * to the other frame, or puts the page back if the object has been freed; driver threads allocate an object, write to it,
 * check it and free it. It needs nothing but the machine.
 */
export function standardModel(options: StandardModelOptions): Machine {
  const machine = new Machine({ words: 64 });
  machine.construct(() => {
    const list = spinLock('list');
    const pages = Array.from({ length: options.pages }, (_, index): ModelPage => ({
      lock: mutex(`page ${index} lock`),
      flags: word(`page ${index} flags`),
      refCount: word(`page ${index} refcount`, 1),
      handle: word(`page ${index} handle`),
      frames: [word(`page ${index} frame A`), word(`page ${index} frame B`)],
    }));
    machine.thread('vm', { party: 'vm' }, () => compact(pages, list));
    for (let id = 0; id < options.drivers; id++) {
      machine.thread(`driver ${id}`, { party: 'driver' }, () => drive(pages, list, id, options));
    }
  });
  machine.seal();
  return machine;
}

function* compact(pages: readonly ModelPage[], list: SpinLock): Op<void> {
  for (const page of pages) {
    if (!(yield* page.refCount.incrementUnlessZero())) continue;
    if (yield* isolate(page, list)) yield* migrateOrPutBack(page, list);
    yield* page.refCount.fetchAdd(-1);
  }
}

function* isolate(page: ModelPage, list: SpinLock): Op<boolean> {
  if (!(yield* page.lock.tryAcquire())) return false;
  yield* list.acquire();
  const used = (yield* page.handle.load()) !== 0;
  yield* list.release();
  if (used) yield* page.flags.fetchOr(ISOLATED);
  yield* page.lock.release();
  return used;
}

function* migrateOrPutBack(page: ModelPage, list: SpinLock): Op<void> {
  yield* page.lock.acquire();
  yield* list.acquire();
  const handle = yield* page.handle.load();
  if (handle !== 0) {
    const contents = yield* page.frames[handle - 1]!.load();
    yield* page.frames[2 - handle]!.store(contents);
    yield* page.handle.store(3 - handle);
  }
  yield* list.release();
  yield* page.flags.fetchAnd(~ISOLATED);
  yield* page.lock.release();
}

function* drive(
  pages: readonly ModelPage[],
  list: SpinLock,
  id: number,
  options: StandardModelOptions,
): Op<void> {
  for (let round = 0; round < options.rounds; round++) {
    const contents = id * options.rounds + round + 1;
    for (const page of pages) {
      if (!(yield* allocate(page, list))) continue;
      yield* write(page, contents, options.planted === true);
      yield* free(page, list, contents);
      break;
    }
  }
}

function* allocate(page: ModelPage, list: SpinLock): Op<boolean> {
  yield* list.acquire();
  const got = yield* page.handle.compareExchange(0, 1);
  yield* list.release();
  return got;
}

function* write(page: ModelPage, contents: number, planted: boolean): Op<void> {
  if (!planted) yield* page.lock.acquire();
  const handle = yield* page.handle.load();
  yield* page.frames[handle - 1]!.store(contents);
  if (!planted) yield* page.lock.release();
}

/** Frees the object; clears its frame, unless the page is in the hands of the VM. */
function* free(page: ModelPage, list: SpinLock, contents: number): Op<void> {
  yield* list.acquire();
  const handle = yield* page.handle.load();
  const found = yield* page.frames[handle - 1]!.load();
  if (found !== contents) throw new Error(`wrote ${contents}, found ${found}`);
  yield* page.handle.store(0);
  if (((yield* page.flags.load()) & ISOLATED) === 0) yield* page.frames[handle - 1]!.store(0);
  yield* list.release();
}
