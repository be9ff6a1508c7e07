import { runDirect, type Op } from '@movable-pages/machine';
import {
  explore,
  Monitor,
  type ExploreOptions,
  type ExploreResult,
  type ViolationSink,
} from '@movable-pages/explore';
import {
  CompactControl,
  compactZone,
  Gfp,
  Kcompactd,
  Kernel,
  memoryBreaches,
  MigrateType,
  type KernelProfile,
  type MigrateMode,
} from '../../src/index.ts';
import { CellsDriver } from '../cells-driver.ts';

/** Pages of the zone: five page blocks of two. */
const PAGES = 10;
const CELLS = 6;

/** A zone of ten pages, every second in use by a driver, and what the threads of a test do with it. */
export interface Scene {
  readonly kernel: Kernel;
  readonly driver: CellsDriver;
  /** The background thread, if there is one. */
  readonly kcompactd: Kcompactd | null;
  /** What happened in all schedules together. */
  readonly seen: { moved: number; putBack: number; blocks: number };
}

/** What a test asks of the exploration. */
export interface SceneOptions extends ExploreOptions {
  readonly profile: KernelProfile;
  /** Whether the driver is right. Default true. */
  readonly looksAgain?: boolean;
  /** Whether there is a kcompactd. Default false. */
  readonly background?: boolean;
}

/** What {@link exploreScene} found. */
export interface Explored {
  readonly result: ExploreResult;
  readonly seen: Scene['seen'];
}

/**
 * Explores some threads on the scene. Every execution ends with all pages freed, their contents looked at, and memory
 * counted.
 */
export function exploreScene(
  options: SceneOptions,
  threads: readonly ((scene: Scene) => Op<void>)[],
): Explored {
  const kernel = new Kernel({
    profile: { ...options.profile, passes: 4 },
    nodes: [PAGES],
    pageSize: 64,
    spareWords: 512,
    buddy: { pageBlockOrder: 1, maxOrder: 2, minFreeKbytes: 0 },
  });
  const { machine } = kernel;
  const driver = machine.construct(() => new CellsDriver(kernel, CELLS, options.looksAgain));
  const seen = { moved: 0, putBack: 0, blocks: 0 };
  runDirect(machine, () => fill(kernel, driver), { fresh: false });
  const kcompactd = options.background === true ? machine.construct(() => new Kcompactd(kernel, 0)) : null;
  const scene: Scene = { kernel, driver, kcompactd, seen };
  const declared = threads.map((body, n) =>
    machine.thread(`thread ${n + 1}`, { party: 'vm' }, () => body(scene)),
  );
  machine.thread('closer', { after: declared }, function* (): Op<void> {
    for (let cell = 0; cell < CELLS; cell++) yield* free(scene, cell);
  });
  machine.refusedChoices = new Set(['page allocation fails']);
  machine.seal();
  kernel.events.on('driver_migrate', ({ result }) => {
    if (result === 0) scene.seen.moved++;
  });
  kernel.events.on('driver_putback', () => scene.seen.putBack++);
  return {
    result: explore({ machine, monitors: [new MemoryMonitor(kernel)] }, { maxExecutions: 4000, ...options }),
    seen: scene.seen,
  };
}

/** Counts memory once everybody has ended and kcompactd sleeps. */
class MemoryMonitor extends Monitor {
  constructor(private readonly kernel: Kernel) {
    super();
  }

  override quiesce(sink: ViolationSink): void {
    const complaint = this.complaint();
    if (complaint === null) return;
    sink.report({
      kind: 'monitor',
      code: 'MP_VM_BREACH',
      message: complaint,
      subject: 'memory',
      thread: 'nobody',
      scope: null,
      party: 'vm',
      details: {},
    });
  }

  private complaint(): string | null {
    const [first] = memoryBreaches(this.kernel);
    const lost = PAGES - this.kernel.allocator.freePages(0);
    return first ?? (lost === 0 ? null : `${lost} pages are lost`);
  }
}

/** Cell 0 in frame 9, in the smallest block there is; cells 1 to 4 in frames 1, 3, 5 and 7. */
function* fill(kernel: Kernel, driver: CellsDriver): Op<void> {
  const fillers = [];
  for (let cell = 0; cell < CELLS - 1; cell++) {
    fillers.push((yield* kernel.allocator.allocPage({ gfp: Gfp.highUserMovable }))!);
    yield* driver.allocate(cell);
  }
  for (const page of fillers) yield* page.put();
}

/** A user who frees the page of a cell that compaction moves. */
export function freeMoved(scene: Scene): Op<void> {
  return free(scene, 1);
}

function* free({ driver }: Scene, cell: number): Op<void> {
  if (!(yield* driver.free(cell))) throw new Error(`the contents of cell ${cell} are spoiled`);
}

/** A user who allocates a page for the empty cell. */
export function* allocate({ driver }: Scene): Op<void> {
  if (!(yield* driver.allocate(CELLS - 1))) throw new Error('no page, though some are free');
}

/** A compactor of the whole zone. */
export function compactor(mode: MigrateMode): (scene: Pick<Scene, 'kernel'>) => Op<void> {
  return function* ({ kernel }) {
    const cc = new CompactControl(kernel, kernel.memory.zones[0]!, {
      order: -1,
      mode,
      migrateType: MigrateType.movable,
      wholeZone: true,
      ignoreSkipHint: true,
    });
    yield* compactZone(cc);
    cc.dispose();
  };
}

/** Somebody who has kcompactd make room for two pages next to each other. */
export function* wakeKcompactd({ kcompactd }: Scene): Op<void> {
  yield* kcompactd!.wake(1);
}

/** Somebody who needs two pages next to each other, and gives them back. */
export function* allocateBlock({ kernel, seen }: Scene): Op<void> {
  const page = yield* kernel.allocator.allocPages({ order: 1, gfp: Gfp.highUserMovable });
  if (page === null) return;
  seen.blocks++;
  yield* kernel.allocator.freeBlock(page, 1);
}
