import {
  allocSameNode,
  buildDriver,
  definitionOf,
  isolateMovablePage,
  Kernel,
  linux510,
  MigrateReason,
  migratePages,
  putbackMovablePages,
  type DriverDefinition,
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
import { BalloonDriver } from '../src/index.ts';

/** What the VM does to each page that it isolates. */
export type VmAction = MigrateMode | 'putback';

/** A kernel of four small pages with a balloon on it. */
export function balloonOn(
  profile: KernelProfile = linux510,
  definition: DriverDefinition = definitionOf(BalloonDriver)!,
) {
  const kernel = new Kernel({ profile, nodes: [4], pageSize: 64, spareWords: 512 });
  const { driver, workload } = buildDriver(kernel, definition);
  const balloon = driver as BalloonDriver;

  /** One round of the VM over some frames: isolates what it can, migrates it, puts back the rest. */
  function* vmRound(pfns: readonly number[], action: VmAction): Op<number> {
    const list = kernel.lists.create('isolated', 'vm');
    for (const pfn of pfns) {
      const page = kernel.page(pfn);
      if ((yield* isolateMovablePage(page, 0)) === 0) list.add(page);
    }
    let rc = -1;
    if (action !== 'putback' && list.length > 0) {
      const request = {
        getNewPage: allocSameNode,
        freePage: null,
        mode: action,
        reason: MigrateReason.compaction,
      };
      rc = yield* migratePages(list, request);
    }
    if (rc !== 0) yield* putbackMovablePages(list);
    list.dispose();
    return rc;
  }

  return { kernel, balloon, workload, vmRound };
}

export type Scene = ReturnType<typeof balloonOn>;

/** What guest and host disagree about; empty if all is well. To be asked while nobody is at work. */
export function disagreements({ kernel, balloon }: Scene): string[] {
  const wrong: string[] = [];
  const listed = balloon.pages.list
    .peek()
    .map((page) => page.pfn)
    .sort();
  const believed = [...balloon.host.inflated].sort();
  const { isolated } = balloon.pages.state;
  if (String(listed) !== String(believed))
    wrong.push(`the guest lists pages ${listed}, the host believes in ${believed}`);
  if (isolated !== 0) wrong.push(`${isolated} isolated pages`);
  if (balloon.numPages !== listed.length)
    wrong.push(`numPages ${balloon.numPages} for ${listed.length} pages`);
  const free = kernel.allocator.freePages(0);
  if (free + listed.length !== kernel.frames.count) wrong.push(`${free} free pages beside ${listed.length}`);
  return wrong;
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
    private readonly unloads: boolean,
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
    for (const what of disagreements(this.scene)) this.say(what);
    if (this.unloads && this.scene.balloon.numPages > 0) this.say('pages are left after unloading');
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
  /** For each user a word of `i` (inflate) and `d` (deflate). */
  readonly users: readonly string[];
  readonly unload?: boolean;
}

/** Explores a cast. */
export function exploreBalloon(scene: Scene, cast: Cast, options: ExploreOptions = {}): ExploreResult {
  const { machine } = scene.kernel;
  const { balloon } = scene;
  machine.construct(() => {
    cast.vms.forEach((action, index) => {
      machine.thread(`vm ${index + 1}`, { party: 'vm' }, () => scene.vmRound(cast.frames, action));
    });
    cast.users.forEach((word, index) => {
      machine.thread(`user ${index + 1}`, { party: 'user' }, function* () {
        for (const step of word) yield* step === 'i' ? balloon.inflate() : balloon.deflate();
      });
    });
    if (cast.unload === true) machine.thread('unloader', { party: 'user' }, () => balloon.unload());
  });
  machine.refusedChoices = new Set(['page allocation fails']);
  machine.seal();
  return explore({ machine, monitors: [new Judge(scene, cast.unload === true)] }, options);
}

/** The pages of a balloon by frame number. */
export const listed = (balloon: BalloonDriver): number[] =>
  balloon.pages.list.peek().map((page: Page) => page.pfn);
