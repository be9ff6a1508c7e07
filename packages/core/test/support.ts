import { MachineError, MayBlock, runDirect, type Op } from '@movable-pages/machine';
import { expect } from 'vitest';
import { PageWord } from '../src/memory/frame-table.ts';
import {
  allocSameNode,
  clearPageMovable,
  copyPage,
  isolateMovablePage,
  Kernel,
  MigrateMode,
  MigrateReason,
  resetPageMapping,
  setPageMovable,
  type FreePageFn,
  type KernelOptions,
  type MigrateRequest,
  type MovableMapping,
  type NewPageFn,
  type Page,
  type PageList,
} from '../src/index.ts';

/** A kernel as small as the explorer likes them. */
export function smallKernel(options: KernelOptions = {}): Kernel {
  return new Kernel({ nodes: [8], pageSize: 64, spareWords: 1024, ...options });
}

/** Runs `body` as the VM does, under the direct executor. */
export function runVm<T>(kernel: Kernel, body: () => Op<T>): T {
  return runDirect(kernel.machine, () => asParty(kernel, 'vm', body)).value;
}

/** Runs `body` as somebody's code. */
function* asParty<T>(kernel: Kernel, party: string, body: () => Op<T>): Op<T> {
  kernel.machine.enterScope(party, party, MayBlock.yes, true);
  const result = yield* body();
  kernel.machine.leaveScope();
  return result;
}

/** The misuse that `body` ends with. */
export function misuse(body: () => unknown): MachineError {
  let thrown: unknown;
  try {
    body();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(MachineError);
  return thrown as MachineError;
}

type Migrate = (newPage: Page, oldPage: Page, mode: MigrateMode) => Op<unknown>;

/** A driver whose callbacks do what a test says, and otherwise what a good driver does. */
export class ScriptedDriver {
  readonly mapping: MovableMapping;
  /** The callbacks that were called: `isolate 0`, `migrate 0 -> 3`, `putback 0`. */
  readonly calls: string[] = [];
  isolate: (page: Page, mode: number) => unknown = () => true;
  migrate: Migrate = (newPage, oldPage) => this.move(newPage, oldPage);
  putback: (page: Page) => unknown = () => undefined;

  constructor(readonly kernel: Kernel) {
    this.mapping = kernel.createMapping('scripted');
    this.mapping.connect({
      isolatePage: (page, mode) => {
        this.calls.push(`isolate ${page.pfn}`);
        return this.isolate(page, mode) as Op<unknown>;
      },
      migratePage: (_mapping, newPage, oldPage, mode) => {
        this.calls.push(`migrate ${oldPage.pfn} -> ${newPage.pfn}`);
        return this.migrate(newPage, oldPage, mode);
      },
      putbackPage: (page) => {
        this.calls.push(`putback ${page.pfn}`);
        return this.putback(page) as Op<unknown>;
      },
    });
  }

  /** A page that this driver owns and has made movable. */
  *allocate(value = 0): Op<Page> {
    const { kernel } = this;
    kernel.machine.enterScope('driver', 'scripted.allocate', MayBlock.yes);
    const page = (yield* kernel.allocator.allocPage())!;
    yield* this.own(page, value);
    kernel.machine.leaveScope();
    return page;
  }

  /** Makes a page of its own movable. */
  *own(page: Page, value = 0): Op<void> {
    page.writeWord(1, value);
    yield* page.lock();
    yield* setPageMovable(page, this.mapping);
    yield* page.unlock();
  }

  /** Takes the movable mark off a page, tag and all. */
  *makePlain(page: Page): Op<void> {
    yield* page.lock();
    yield* resetPageMapping(page);
    yield* page.unlock();
  }

  /** Lets go of a page, isolated or not. */
  *release(page: Page): Op<void> {
    const { machine } = this.kernel;
    machine.enterScope('driver', 'scripted.release', MayBlock.yes);
    yield* page.lock();
    yield* clearPageMovable(page);
    yield* page.unlock();
    yield* page.put();
    machine.leaveScope();
  }

  /** What a migrate callback must do on success. */
  *move(newPage: Page, oldPage: Page): Op<number> {
    yield* copyPage(newPage, oldPage);
    yield* newPage.get();
    yield* setPageMovable(newPage, this.mapping);
    yield* clearPageMovable(oldPage);
    yield* oldPage.put();
    return 0;
  }

  /** Makes pages, isolates them and puts them on a list. */
  *isolated(count: number): Op<{ pages: Page[]; list: PageList }> {
    const list = this.kernel.lists.create('isolated', 'vm');
    const pages: Page[] = [];
    for (let n = 0; n < count; n++) {
      const page = yield* this.allocate(100 + n);
      if ((yield* isolateMovablePage(page, 0)) !== 0) throw new Error(`${page} was not isolated`);
      list.addTail(page);
      pages.push(page);
    }
    this.calls.length = 0;
    return { pages, list };
  }
}

/** A migration request that counts targets. */
export class SpyRequest implements MigrateRequest {
  readonly allocated: Page[] = [];
  readonly givenBack: Page[] = [];
  readonly getNewPage: NewPageFn;
  readonly freePage: FreePageFn;

  /** @param allocate Where targets come from. Default: any page of the node. */
  constructor(
    readonly mode: MigrateMode = MigrateMode.sync,
    readonly reason: MigrateReason = MigrateReason.compaction,
    allocate: NewPageFn = allocSameNode,
  ) {
    const { allocated, givenBack } = this;
    this.getNewPage = function* (page) {
      const target = yield* allocate(page);
      if (target !== null) allocated.push(target);
      return target;
    };
    this.freePage = function* (page) {
      givenBack.push(page);
      yield* page.put();
    };
  }
}

/** The words of a page and who holds it. */
export function stateOf(page: Page) {
  const { frames, machine } = page.kernel;
  const word = (at: number) => frames.peek(page.pfn, at);
  return {
    flags: word(PageWord.flags),
    refCount: word(PageWord.refCount),
    mapCount: word(PageWord.mapCount),
    mapping: word(PageWord.mapping),
    index: word(PageWord.index),
    private: word(PageWord.private),
    holders: Object.fromEntries(machine.ledger.holders(frames.location(page.pfn, PageWord.refCount))),
  };
}
