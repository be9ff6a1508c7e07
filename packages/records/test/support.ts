import { buildDriver, definitionOf, Kernel, linux61, type Op } from '@movable-pages/core';
import { runDirect } from '@movable-pages/machine';
import { runCommand } from '../src/mvdrv/commands.ts';
import { MvdrvConsole } from '../src/mvdrv/console.ts';
import { Mvdrv } from '../src/mvdrv/mvdrv.ts';
import { observeMvdrv, type MvdrvState } from '../src/mvdrv/observe.ts';
import type { KernelRecord, RecordOp, RecordResult } from '../src/record.ts';

/** A toy driver on a small machine that watches every reference. */
export class Bench {
  readonly kernel = new Kernel({
    profile: linux61,
    nodes: [256, 256],
    pageSize: 64,
    buddy: { pageBlockOrder: 4, minFreeKbytes: 0 },
  });
  readonly mvdrv = new MvdrvConsole(this.kernel, buildDriver(this.kernel, definitionOf(Mvdrv)!));

  constructor() {
    runDirect(this.kernel.machine, function* () {});
  }

  run<T>(body: () => Op<T>): T {
    return runDirect(this.kernel.machine, body, { fresh: false }).value;
  }

  /** Carries out one command. */
  command(text: string): number {
    return this.run(() => runCommand(this.mvdrv, text));
  }

  state(): MvdrvState {
    return this.run(() => observeMvdrv(this.mvdrv));
  }

  /** Free pages of the whole machine. */
  get free(): number {
    return [0, 1].reduce((sum, node) => sum + this.kernel.allocator.freePages(node), 0);
  }
}

/** A record of commands of the toy driver. */
export function recordOf(
  steps: readonly (readonly [command: string, result: RecordResult])[],
  more: Partial<KernelRecord> = {},
): KernelRecord {
  return {
    id: 'made_up',
    title: 'made up',
    area: 'nonlru',
    kind: 'exact',
    runs: 2,
    harness_node: 0,
    ops: steps.map(([command]): RecordOp => ({ op: 'mvdrv', by: 'P', command })),
    results: steps.map(([, result]) => result),
    invariants: [],
    varying: [],
    ...more,
  };
}
