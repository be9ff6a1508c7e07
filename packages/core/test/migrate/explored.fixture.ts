import { kthread, runDirect, type KThread, type Op } from '@movable-pages/machine';
import type { ExploreOptions, ExploreResult } from '@movable-pages/explore';
import {
  allocSameNode,
  Errno,
  exitMm,
  fork,
  getUserPage,
  MigrateMode,
  mlock,
  mprotect,
  mremap,
  munmap,
  unpinUserPage,
  userRead,
  userWrite,
  VmFlag,
  type Kernel,
  type KernelOptions,
  type Mm,
  type Page,
} from '../../src/index.ts';
import { exploreVm, migrateThese, pageAt, processWith, vmKernel, VmMonitor } from '../vm-support.ts';

/** One process with one page, in word 0 of which stands 100. */
export interface Scene {
  readonly kernel: Kernel;
  readonly mm: Mm;
  readonly start: number;
  readonly page: Page;
  /** An allocation may fail: whoever needed it then gets nothing, and nothing else goes wrong. */
  readonly memoryFails: boolean;
}

/** What a thread does beside the migration. It may give processes that it made. */
export type Actor = (scene: Scene) => Op<Mm | null | void>;

/** What an access or a call gives when there is no memory. */
const NO_MEMORY: readonly unknown[] = [null, false, -Errno.ENOMEM];

/** Fails an execution, unless memory may be short and was. */
function expectThat(scene: Scene, what: string, got: unknown, wanted: unknown): void {
  if (got === wanted || (scene.memoryFails && NO_MEMORY.includes(got))) return;
  throw new Error(`${what}: expected ${wanted}, got ${got}`);
}

/** What may go on while a page is migrated. Each checks what its own process sees. */
export const actors = {
  *reads(scene) {
    const { mm, start } = scene;
    expectThat(scene, 'a read', yield* userRead(mm, start, 0), 100);
  },
  *writes(scene) {
    const { mm, start } = scene;
    const wrote = yield* userWrite(mm, start, 1, 7);
    expectThat(scene, 'a write', wrote, true);
    if (wrote) expectThat(scene, 'what was written', yield* userRead(mm, start, 1), 7);
  },
  *forks(scene) {
    const { mm, start } = scene;
    const child = yield* fork(mm, 'child');
    if (child === null) return null;
    expectThat(scene, 'what the child reads', yield* userRead(child, start, 0), 100);
    const wrote = yield* userWrite(child, start, 2, 9);
    expectThat(scene, 'a write of the child', wrote, true);
    if (wrote) expectThat(scene, 'what the child wrote', yield* userRead(child, start, 2), 9);
    return child;
  },
  *unmaps({ mm, start }) {
    yield* munmap(mm, start, 1);
  },
  *locks(scene) {
    const { mm, start } = scene;
    expectThat(scene, 'mlock', yield* mlock(mm, start, 1), 0);
  },
  *protects(scene) {
    const { mm, start } = scene;
    yield* mprotect(mm, start, 1, VmFlag.read);
    expectThat(scene, 'a write to what is protected', yield* userWrite(mm, start, 1, 7), false);
  },
  *remaps(scene) {
    const { mm, start } = scene;
    expectThat(scene, 'mremap', yield* mremap(mm, start, 1, start + 8), start + 8);
    expectThat(scene, 'a read at the new place', yield* userRead(mm, start + 8, 0), 100);
  },
  *holds(scene) {
    const { mm, start } = scene;
    const page = yield* getUserPage(mm, start);
    if (page === null) return;
    expectThat(scene, 'what is held', page.readWord(0), 100);
    yield* page.put();
  },
  *pins(scene) {
    const { mm, start } = scene;
    const page = yield* getUserPage(mm, start, { write: true, pin: true });
    if (page === null) return;
    page.writeWord(3, 11);
    yield* unpinUserPage(page);
    expectThat(scene, 'what was written through the pin', yield* userRead(mm, start, 3), 11);
  },
  *reclaims(scene) {
    const { kernel, mm, start } = scene;
    // The first round makes the page tables forget that the page was used, the second moves it to the inactive list.
    for (let round = 0; round < 3; round++) yield* kernel.reclaim.round(0, 0);
    expectThat(scene, 'a read after reclaim', yield* userRead(mm, start, 0), 100);
  },
  *exits({ mm }) {
    yield* exitMm(mm);
  },
} satisfies Record<string, Actor>;

/** The name of one of {@link actors}. */
export type ActorName = keyof typeof actors;

/** A small program. */
export interface Cast extends KernelOptions {
  readonly shared?: boolean;
  /** Names of what goes on beside the migrations. */
  readonly beside: readonly Actor[];
  readonly mode?: MigrateMode;
  /** Migrators of the same page. Default 1. */
  readonly migrators?: number;
  /** Changes the scene before it starts. */
  readonly before?: (scene: Scene) => Op<void>;
  /** How often each outcome of a migration was seen: what `migratePages` said, `not isolated`, or `freed` meanwhile; and `swapped out`. */
  readonly outcomes?: Map<string, number>;
}

/** Runs a program under every schedule of the bound and judges each. */
export function exploreMigration(cast: Cast, options: ExploreOptions): ExploreResult {
  const { beside, mode = MigrateMode.sync, migrators = 1, shared = false, outcomes, before, ...rest } = cast;
  const kernel = vmKernel({ nodes: [6], swapPages: 4, ...rest });
  const { machine } = kernel;
  const scene = runDirect(
    machine,
    function* (): Op<Scene> {
      const { mm, start } = yield* processWith(kernel, 1, { shared });
      const memoryFails = (options.faults ?? 0) > 0;
      const made = { kernel, mm, start, page: pageAt(mm, start), memoryFails };
      if (before !== undefined) yield* before(made);
      return made;
    },
    { fresh: false },
  ).value;
  machine.construct(() => {
    const threads: KThread[] = [];
    for (let i = 0; i < migrators; i++) {
      threads.push(
        kthread(`migrator ${i}`, { party: 'vm' }, function* () {
          let targets = 0;
          const rc = yield* migrateThese(kernel, [scene.page], {
            mode,
            drain: false,
            *getNewPage(page) {
              targets++;
              return yield* allocSameNode(page);
            },
          });
          const outcome = rc === null ? 'not isolated' : rc === 0 && targets === 0 ? 'freed' : String(rc);
          outcomes?.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        }),
      );
    }
    for (const [i, actor] of beside.entries())
      threads.push(kthread(`other ${i}`, { party: 'vm' }, () => actor(scene)));
    kthread('closer', { party: 'vm', after: threads }, () => {
      if (kernel.vmstat.read('pswpout') > 0)
        outcomes?.set('swapped out', (outcomes.get('swapped out') ?? 0) + 1);
      return close(scene, threads);
    });
  });
  return exploreVm(kernel, new VmMonitor(kernel), options);
}

/** All have ended: what is still mapped holds what it must, and when the processes end all memory is free. */
function* close(scene: Scene, threads: readonly KThread[]): Op<void> {
  const { kernel, mm, start } = scene;
  const children = threads.map((thread) => thread.result as Mm | null | undefined).filter((each) => each);
  if (kernel.mms.all.includes(mm)) {
    for (const vma of mm.vmas)
      if (vma.start <= start && (vma.flags & VmFlag.read) !== 0)
        expectThat(scene, 'what is read at the end', yield* userRead(mm, start, 0), 100);
    yield* exitMm(mm);
  }
  for (const child of children) yield* exitMm(child!);
  yield* kernel.lru.drainAll();
  // A page that was locked when its last entry went may have stayed in the swap cache: reclaim finds it.
  for (let round = 0; round < 3 && kernel.swap!.used > 0; round++) yield* kernel.reclaim.round(0, 0);
  expectThat(scene, 'swap slots at the end', kernel.swap!.used, 0);
  expectThat(scene, 'free pages at the end', kernel.allocator.freePages(0), kernel.frames.count);
}
