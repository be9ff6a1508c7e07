import {
  allocSameNode,
  buildDriver,
  definitionOf,
  Gfp,
  isolateMovablePage,
  Kernel,
  linux510,
  memoryBreaches,
  MigrateReason,
  migratePages,
  PAGE_ALLOC_FAILS,
  putbackMovablePages,
  type DriverDefinition,
  type KernelOptions,
  type KernelProfile,
  type MigrateMode,
  type Op,
  type Page,
} from '@movable-pages/core';
import {
  explore,
  Monitor,
  type ExploreOptions,
  type ExploreResult,
  type ViolationSink,
} from '@movable-pages/explore';
import { runDirect } from '@movable-pages/machine';
import { BalloonDriver, type BalloonOptions } from '../src/index.ts';

/** What the VM does to each page that it isolates. */
export type VmAction = MigrateMode | 'putback';

/** What is not as usual in a scene. */
export interface SceneOptions {
  readonly balloon?: Partial<BalloonOptions>;
  readonly kernel?: KernelOptions;
  /** Pages that the VM moves go to the other node. */
  readonly otherNode?: boolean;
}

/** Memory in blocks, which reclaims: what deflation under pressure and reporting need. */
export const withBlocks: KernelOptions = {
  buddy: { pageBlockOrder: 1, maxOrder: 1, minFreeKbytes: 0 },
  reclaims: true,
};

/** A kernel of four small pages with a balloon on it. */
export function balloonOn(
  profile: KernelProfile = linux510,
  definition: DriverDefinition = definitionOf(BalloonDriver)!,
  scene: SceneOptions = {},
) {
  const kernel = new Kernel({ profile, nodes: [4], pageSize: 64, spareWords: 512, ...scene.kernel });
  const { driver, workload } = buildDriver(kernel, definition, { ...scene.balloon });
  const balloon = driver as BalloonDriver;
  const getNewPage =
    scene.otherNode === true
      ? (page: Page) =>
          kernel.allocator.allocPage({ gfp: Gfp.userMovable, node: 1 - page.node, thisNode: true })
      : allocSameNode;

  /** One round of the VM over some frames: isolates what it can, migrates it, puts back the rest. */
  function* vmRound(pfns: readonly number[], action: VmAction): Op<number> {
    const list = kernel.lists.create('isolated', 'vm');
    for (const pfn of pfns) {
      const page = kernel.page(pfn);
      if ((yield* isolateMovablePage(page, 0)) === 0) list.add(page);
    }
    let rc = -1;
    if (action !== 'putback' && list.length > 0) {
      const request = { getNewPage, freePage: null, mode: action, reason: MigrateReason.compaction };
      rc = yield* migratePages(list, request);
    }
    if (rc !== 0) yield* putbackMovablePages(list);
    list.dispose();
    return rc;
  }

  return { kernel, balloon, workload, vmRound };
}

export type Scene = ReturnType<typeof balloonOn>;

/** What guest and host disagree about, and what does not add up; empty if all is well. To be asked while nobody is at work. */
export function disagreements({ kernel, balloon }: Scene): string[] {
  const wrong: string[] = [];
  const pages = balloon.pages.list.peek().map((page) => page.pfn);
  const known = balloon.host.broken ? '' : String(pages.toSorted());
  const believed = String([...balloon.host.inflated].sort());
  const { isolated } = balloon.pages.state;
  if (known !== believed) wrong.push(`the guest lists pages ${known}, the host believes in ${believed}`);
  if (isolated !== 0) wrong.push(`${isolated} isolated pages`);
  if (balloon.numPages !== pages.length) wrong.push(`numPages ${balloon.numPages} for ${pages.length} pages`);
  let free = 0;
  for (const zone of kernel.memory.zones) {
    const lent = balloon.options.deflateOn === 'request' ? pages.filter((pfn) => zone.spans(pfn)).length : 0;
    if (zone.managedPages !== zone.pages - lent)
      wrong.push(`${zone} manages ${zone.managedPages} of ${zone.pages} pages beside ${lent}`);
    free += zone.freePages;
  }
  if (free + pages.length !== kernel.frames.count) wrong.push(`${free} free pages beside ${pages.length}`);
  const moved = [kernel.vmstat.read('balloon_migrate'), kernel.vmstat.read('pgmigrate_success')];
  if (moved[0] !== moved[1]) wrong.push(`the balloon has moved ${moved[0]} pages, the VM ${moved[1]}`);
  return [...wrong, ...memoryBreaches(kernel)];
}

/** Looks at tracked state from a listener, without its counting as a look of the thread that happens to run. */
function unseen<T>({ kernel: { machine } }: Scene, look: () => T): T {
  const { observer } = machine;
  machine.observer = null;
  try {
    return look();
  } finally {
    machine.observer = observer;
  }
}

/** Finds warnings of the VM, pages freed before the host knows, and whatever is wrong in the end. */
class Judge extends Monitor {
  private sink: ViolationSink | null = null;

  constructor(
    private readonly scene: Scene,
    /** Threads that leave nothing of the balloon if they end well. */
    private readonly leaving: () => boolean,
    /** Whether probing said that all went well, and nobody unloads. */
    private readonly staying: () => boolean,
  ) {
    super();
    const { events } = scene.kernel;
    events.on('vm_warning', ({ page, what }) => this.say(`${page}: ${what}`));
    events.on('page_free', ({ page }) => {
      if (unseen(scene, () => scene.balloon.host.inflated.has(page.pfn)))
        this.say(`${page} is freed while it is the host's`);
    });
  }

  override begin(sink: ViolationSink): void {
    this.sink = sink;
  }

  override quiesce(): void {
    const { kernel, balloon } = this.scene;
    for (const what of disagreements(this.scene)) this.say(what);
    if (this.staying() && balloon.options.deflateOn !== 'request' && kernel.reclaim.clients === 0)
      this.say('probing said 0, and reclaim has not heard of the balloon');
    if (!this.leaving()) return;
    if (balloon.numPages > 0) this.say('pages are left after unloading');
    for (const name of kernel.reclaim.registered) this.say(`${name} is still registered with reclaim`);
  }

  private say(message: string): void {
    const base = { thread: null, scope: null, party: null, details: {} };
    this.sink?.report({
      ...base,
      kind: 'monitor',
      code: 'BALLOON',
      message,
      subject: message.replace(/\d+/g, 'n'),
    });
  }
}

/** Who takes part: threads of the VM, of users, and one that unloads the driver. */
export interface Cast {
  readonly vms: readonly VmAction[];
  /** The frames that each VM thread tries, in this order. */
  readonly frames: readonly number[];
  /**
   * For each user a word of `i` (inflate), `d` (deflate), `I` and `D` (two pages at once), `a` (allocate a page, write to it,
   * keep it to the end), `r` (reclaim as much as can be).
   */
  readonly users: readonly string[];
  readonly unload?: boolean;
  /** Pages in the balloon from the start. */
  readonly inflated?: number;
  /** The device is probed: from the start, or by a thread, which may fail and then leaves. */
  readonly probe?: 'before' | 'beside';
  /** Allocations may fail. */
  readonly allocFails?: boolean;
}

/** Explores a cast. */
export function exploreBalloon(scene: Scene, cast: Cast, options: ExploreOptions = {}): ExploreResult {
  const { machine } = scene.kernel;
  const { balloon } = scene;
  const { inflated = 0, probe } = cast;
  if (inflated > 0 || probe === 'before') {
    const setUp = function* (): Op<void> {
      if (probe === 'before') yield* balloon.probe();
      if (inflated > 0) yield* balloon.inflate(inflated);
    };
    runDirect(machine, setUp, { fresh: false });
  }
  const prober = machine.construct(() => {
    cast.vms.forEach((action, index) => {
      machine.thread(`vm ${index + 1}`, { party: 'vm' }, () => scene.vmRound(cast.frames, action));
    });
    cast.users.forEach((word, index) => {
      machine.thread(`user ${index + 1}`, { party: 'user' }, () => use(scene, word));
    });
    if (cast.unload === true) machine.thread('unloader', { party: 'user' }, () => balloon.unload());
    if (probe !== 'beside') return null;
    return machine.thread('prober', { party: 'driver' }, () => balloon.probe());
  });
  machine.refusedChoices = new Set(cast.allocFails === true ? [] : [PAGE_ALLOC_FAILS]);
  machine.seal();
  const leaving = (): boolean => cast.unload === true || (prober !== null && prober.result !== 0);
  const staying = (): boolean => cast.unload !== true && prober?.result === 0;
  return explore({ machine, monitors: [new Judge(scene, leaving, staying)] }, options);
}

function* use({ kernel, balloon }: Scene, word: string): Op<void> {
  const kept: Page[] = [];
  for (const step of word) {
    if (step === 'a') {
      const page = yield* kernel.allocator.allocPage({ gfp: Gfp.kernel });
      if (page === null) continue;
      page.writeWord(0, 1);
      kept.push(page);
    } else if (step === 'r') yield* kernel.reclaim.round(0, 0);
    else if (step.toLowerCase() === 'i') yield* balloon.inflate(step === 'I' ? 2 : 1);
    else yield* balloon.deflate(step === 'D' ? 2 : 1);
  }
  for (const page of kept) yield* page.put();
}

/** The pages of a balloon by frame number. */
export const listed = (balloon: BalloonDriver): number[] =>
  balloon.pages.list.peek().map((page: Page) => page.pfn);
