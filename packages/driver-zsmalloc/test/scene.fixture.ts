import {
  allocSameNode,
  buildDriver,
  definitionOf,
  isolateMovablePage,
  Kernel,
  linux510,
  MigrateMode,
  MigrateReason,
  migratePages,
  PAGE_ALLOC_FAILS,
  putbackMovablePages,
  type KernelOptions,
  type NewPageFn,
  type Op,
  type PageList,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import {
  explore,
  Monitor,
  type ExploreOptions,
  type ExploreResult,
  type ViolationSink,
} from '@movable-pages/explore';
import { Fullness, ZsmallocDriver, type Zspage, type ZsmallocOptions } from '../src/index.ts';

/** Pages of 32 bytes: an object of 12 bytes and its header take 20, so three objects share two pages and one spans both. */
export const SMALL = 12;
/** An object that has a page of 32 bytes to itself. */
export const HUGE = 30;

/** A small kernel with the driver on it. */
export function zsmallocOn(options: KernelOptions = {}, driverOptions: Partial<ZsmallocOptions> = {}) {
  const kernel = new Kernel({
    profile: linux510,
    nodes: [12],
    pageSize: 32,
    cpus: 4,
    spareWords: 1024,
    ...options,
  });
  const { driver } = buildDriver(kernel, definitionOf(ZsmallocDriver)!, driverOptions);
  const { pool } = driver as ZsmallocDriver;
  const workload = (driver as ZsmallocDriver).workload();

  /** One round of the VM: isolates what it can, migrates it or puts it back; gives what `migratePages` gave, or -1. */
  function* vmRound(mode: MigrateMode | null, pfns = kernel.frames.count): Op<number> {
    const list = kernel.lists.create('isolated', 'vm');
    for (let pfn = 0; pfn < pfns; pfn++) {
      const page = kernel.page(pfn);
      if ((yield* isolateMovablePage(page, 0)) === 0) list.addTail(page);
    }
    const left = mode === null || list.peekLength === 0 ? -1 : yield* vmMigrate(list, allocSameNode, mode);
    yield* putbackMovablePages(list);
    list.dispose();
    return left;
  }

  /** Migrates what was isolated. */
  function vmMigrate(
    list: PageList,
    getNewPage: NewPageFn = allocSameNode,
    mode: MigrateMode = MigrateMode.sync,
  ) {
    return migratePages(list, { getNewPage, freePage: null, mode, reason: MigrateReason.compaction });
  }

  /** Runs something under the direct executor, and what it leaves to workers. */
  const run = <T>(body: () => Op<T>): T => runDirect(kernel.machine, body, { fresh: false }).value;
  /** The zspages of the class of `SMALL` objects, by group. */
  const groups = () => {
    const sizeClass = pool.classes[0]!;
    return Object.entries(Fullness).flatMap(([name, group]) =>
      [...sizeClass.groups[group]!].map((zspage) => `${name} ${zspage.inuse}`),
    );
  };
  return { kernel, pool, driver: driver as ZsmallocDriver, workload, vmRound, vmMigrate, run, groups };
}

export type Scene = ReturnType<typeof zsmallocOn>;

/** Page frame numbers of a zspage's chain. */
export const chainOf = (zspage: Zspage): number[] => zspage.pages().map(({ pfn }) => pfn);

/** What is left of a pool of which everything was freed; empty if nothing is. To be asked while nobody is at work. */
export function leftovers({ kernel, pool }: Scene): string[] {
  const left: string[] = [];
  const say = (what: string, count: number) => {
    if (count !== 0) left.push(`${count} ${what}`);
  };
  say('objects', pool.objects);
  say('pages by the count of the pool', pool.totalPages);
  say('nr_zspages', kernel.memory.nodeStat.read(0, 'nr_zspages'));
  say('pages that are not free', kernel.frames.count - kernel.allocator.freePages(0));
  say('zspages that the VM has', pool.isolation.peek());
  return left;
}

/** Finds warnings of the VM and whatever is left in the end. */
class Judge extends Monitor {
  private sink: ViolationSink | null = null;

  constructor(private readonly scene: Scene) {
    super();
    scene.kernel.events.on('vm_warning', ({ page, what }) => this.say(`${page}: ${what}`));
  }

  override begin(sink: ViolationSink): void {
    this.sink = sink;
  }

  override quiesce(): void {
    for (const what of leftovers(this.scene)) this.say(what);
  }

  say(message: string): void {
    const base = { thread: null, scope: null, party: null, details: {} };
    this.sink?.report({
      ...base,
      kind: 'monitor',
      code: 'ZSMALLOC',
      message,
      subject: message.replace(/\d+/g, 'n'),
    });
  }
}

/** What a thread does, given the scene. */
export type Part = (scene: Scene) => Op<unknown>;

/** Explores parts that run beside each other. The machine is left with every object freed. */
export function explorePool(
  scene: Scene,
  parts: Readonly<Record<string, Part>>,
  options: ExploreOptions & { readonly failing?: boolean } = {},
): ExploreResult {
  const { machine } = scene.kernel;
  const { failing, ...search } = options;
  machine.construct(() => {
    for (const [name, part] of Object.entries(parts))
      machine.thread(name, { party: name.startsWith('vm') ? 'vm' : 'user' }, () => part(scene));
  });
  machine.refusedChoices = new Set(failing === true ? [] : [PAGE_ALLOC_FAILS]);
  machine.seal();
  return explore({ machine, monitors: [new Judge(scene)] }, search);
}
