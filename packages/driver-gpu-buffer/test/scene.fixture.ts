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
  type KernelOptions,
  type MigrateMode,
  type Op,
} from '@movable-pages/core';
import {
  explore,
  Monitor,
  type ExploreOptions,
  type ExploreResult,
  type ViolationSink,
} from '@movable-pages/explore';
import type { GpuBuffer, GpuBufferOptions } from '../src/index.ts';
import { GpuBufferDriver } from '../src/index.ts';

/** What the VM does to each page that it isolates. */
export type VmAction = MigrateMode | 'putback';

/** A kernel of eight small pages with the buffers on it. */
export function buffersOn(options: Partial<GpuBufferOptions> = {}, kernelOptions: KernelOptions = {}) {
  const kernel = new Kernel({
    profile: linux510,
    nodes: [8],
    pageSize: 32,
    spareWords: 512,
    ...kernelOptions,
  });
  const { driver, workload } = buildDriver(kernel, definitionOf(GpuBufferDriver)!, options);
  const gpu = driver as GpuBufferDriver;

  /** One round of the VM over all frames: isolates what it can, migrates it, puts back the rest. */
  function* vmRound(action: VmAction): Op<number> {
    const list = kernel.lists.create('isolated', 'vm');
    for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
      const page = kernel.page(pfn);
      if ((yield* isolateMovablePage(page, 0)) === 0) list.add(page);
    }
    let rc = -1;
    if (action !== 'putback' && list.length > 0) {
      rc = yield* migratePages(list, {
        getNewPage: allocSameNode,
        freePage: null,
        mode: action,
        reason: MigrateReason.compaction,
      });
    }
    if (rc !== 0) yield* putbackMovablePages(list);
    list.dispose();
    return rc;
  }

  /** A buffer that must be there. */
  function* make(value: number): Op<GpuBuffer> {
    const buffer = (yield* workload.allocate()) as GpuBuffer | null;
    if (buffer === null) throw new Error('there is no buffer');
    yield* workload.write!(buffer, value);
    return buffer;
  }

  return { kernel, gpu, workload, vmRound, make };
}

export type Scene = ReturnType<typeof buffersOn>;

/** Frame numbers of a buffer's pages. */
export const framesOf = (buffer: GpuBuffer): number[] =>
  buffer.pages.flatMap((page) => (page === null ? [] : [page.pfn]));

/** What is wrong after everything was unloaded; empty if all is well. */
export function leftOver({ kernel, gpu }: Scene): string[] {
  const wrong: string[] = [];
  const free = kernel.allocator.freePages(0);
  if (free !== kernel.frames.count) wrong.push(`${kernel.frames.count - free} pages are lost`);
  for (const { id, address, state, swap, pages, queue } of gpu.buffers) {
    if (state.resident || swap.some((word) => word !== 0)) wrong.push(`buffer ${id} has contents`);
    for (let index = 0; index < pages.length; index++) {
      if (pages[index] !== null) wrong.push(`buffer ${id} has page ${index}`);
      if (gpu.mmu.translate(address + index) !== null)
        wrong.push(`the device reaches page ${index} of buffer ${id}`);
    }
    if (queue.faults > 0) wrong.push(`the device faulted ${queue.faults} times in buffer ${id}`);
  }
  return wrong;
}

/** Finds warnings of the VM, contents that are lost, and whatever is left in the end. */
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
    for (const what of leftOver(this.scene)) this.say(what);
  }

  say(message: string): void {
    const base = { thread: null, scope: null, party: null, details: {} };
    const subject = message.replace(/\d+/g, 'n');
    this.sink?.report({ ...base, kind: 'monitor', code: 'GPU', message, subject });
  }
}

/** Who takes part beside one buffer: threads of the VM, a reclaimer, a user. It is unloaded when the user is done. */
export interface Cast {
  readonly vms: readonly VmAction[];
  readonly reclaims?: boolean;
  /** A word of `w` (the device writes), `r` (the processor reads), `p` (pin and unpin). */
  readonly user: string;
  /** Takes the buffer back and unloads beside everybody else, and not after them. */
  readonly unloadsEarly?: boolean;
  /** Choices that are not asked. */
  readonly refuses?: readonly string[];
}

/** Explores a cast. */
export function exploreBuffers(scene: Scene, cast: Cast, options: ExploreOptions = {}): ExploreResult {
  const { kernel, gpu, workload, vmRound } = scene;
  const { machine } = kernel;
  const judge = new Judge(scene);
  machine.construct(() => {
    const vms = cast.vms.map((action, index) =>
      machine.thread(`vm ${index + 1}`, { party: 'vm' }, () => vmRound(action)),
    );
    if (cast.reclaims === true) vms.push(machine.thread('reclaimer', { party: 'vm' }, () => gpu.shrink()));
    const user = machine.thread('user', { party: 'user' }, function* (): Op<void> {
      const buffer = (yield* workload.allocate()) as GpuBuffer | null;
      let value = 0;
      for (const step of buffer === null ? '' : cast.user) {
        if (step === 'w') yield* workload.write!(buffer, ++value);
        else if (step === 'r') {
          const read = yield* workload.read!(buffer);
          if (read !== value) judge.say(`${read} is read, ${value} was written`);
        } else if ((yield* gpu.pin(buffer!)) !== null) yield* gpu.unpin(buffer!);
      }
      if (buffer !== null) yield* gpu.destroy(buffer);
      if (cast.unloadsEarly === true) yield* gpu.unload();
    });
    if (cast.unloadsEarly === true) return;
    machine.thread('closer', { party: 'user', after: [user, ...vms] }, () => gpu.unload());
  });
  machine.refusedChoices = new Set(cast.refuses ?? []);
  machine.seal();
  return explore({ machine, monitors: [judge] }, options);
}
