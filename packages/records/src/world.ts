import {
  buildDriver,
  definitionOf,
  Kernel,
  linux61,
  migrateModeName,
  migrateReasonName,
  type KernelOptions,
  type Op,
  type VmCounter,
} from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { MvdrvConsole } from './mvdrv/console.js';
import { Mvdrv } from './mvdrv/mvdrv.js';
import { framesChanged, framesOf } from './process/observe.js';
import { Process } from './process/process.js';

/** The machine that records were made on: 4 nodes of 256 MiB with a processor each. */
const MACHINE: KernelOptions = {
  profile: linux61,
  nodes: [
    { zones: { DMA: 4096, DMA32: 61_440 } },
    { zones: { DMA32: 65_536 } },
    { zones: { DMA32: 65_536 } },
    { zones: { DMA32: 65_536 } },
  ],
  distances: [
    [10, 12, 20, 24],
    [12, 10, 24, 20],
    [20, 24, 10, 12],
    [24, 20, 12, 10],
  ],
  cpus: 4,
  buddy: {},
  tracked: false,
  // Page tables and areas of processes.
  spareWords: 1 << 20,
};

/** What the kernel says of one call of `migrate_pages`. */
interface MigrateCall {
  readonly succeeded: number;
  readonly failed: number;
  readonly mode: string;
  readonly reason: string;
}

/** Counters that records tell of; the others move with every allocation. */
const TOLD = /^(pgmigrate_|thp_|compact_|numa_(pte|hint|pages)|unevictable_|pswp|htlb_|balloon_)/;

/** What an operation moved: counters, calls of `migrate_pages`, pages that are in another frame than before. */
interface Moved {
  readonly vmstat: Readonly<Record<string, number>>;
  readonly migrate_calls: readonly MigrateCall[];
  readonly frames_changed: Readonly<Record<string, number>>;
}

/** A machine as it is while a record is played. */
export class World {
  readonly kernel = new Kernel(MACHINE);
  readonly mvdrv: MvdrvConsole;
  /** By name. */
  readonly processes = new Map<string, Process>();
  private readonly counters: VmCounter[];
  private migrateCalls: MigrateCall[] = [];

  constructor(
    /** The node that processes run on. */
    readonly harnessNode: number,
  ) {
    const { kernel } = this;
    this.mvdrv = new MvdrvConsole(kernel, buildDriver(kernel, definitionOf(Mvdrv)!));
    this.counters = kernel.vmstat.names().filter((name) => TOLD.test(name));
    kernel.events.on('mm_migrate_pages', ({ succeeded, failed, mode, reason }) =>
      this.migrateCalls.push({
        succeeded,
        failed,
        mode: migrateModeName(mode),
        reason: migrateReasonName(reason),
      }),
    );
    // The first run starts the threads of drivers; those that follow go on from where it ended.
    runDirect(kernel.machine, function* () {});
  }

  /** A process by name; the first one is there from the beginning. */
  process(name: string): Process {
    let process = this.processes.get(name);
    if (process === undefined) {
      process = new Process(name, this.kernel.mms.createMm(name, this.harnessNode));
      this.processes.set(name, process);
    }
    return process;
  }

  /** Runs code of the kernel to its end. @throws MachineError whatever it did wrong, `MP_DEADLOCK` if it sleeps for ever. */
  run<T>(body: () => Op<T>): T {
    return runDirect(this.kernel.machine, body, { fresh: false }).value;
  }

  /** Has an operation done and looks at what it moved. */
  watch<T>(operation: () => T): Moved & { readonly result: T } {
    const { vmstat } = this.kernel;
    const before = this.counters.map((name) => vmstat.read(name));
    const frames = framesOf(this.processes.values());
    this.migrateCalls = [];
    const result = operation();
    const changed = this.counters
      .map((name, index) => [name, vmstat.read(name) - before[index]!] as const)
      .filter(([, by]) => by !== 0);
    return {
      result,
      vmstat: Object.fromEntries(changed),
      migrate_calls: this.migrateCalls,
      frames_changed: framesChanged(frames, framesOf(this.processes.values())),
    };
  }
}
