import { Kernel, linux510, PAGE_ALLOC_FAILS, type KernelOptions, type Op } from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { runDirect } from '@movable-pages/machine';
import { VmJudge } from './vm-judge.js';

/** A small machine with named threads, for core's checks to judge. */
export interface Scene<T> {
  readonly kernel?: KernelOptions;
  /** Declares what lives in the machine. */
  construct?(kernel: Kernel): T;
  /** Runs before every execution alike. */
  setUp?(kernel: Kernel, made: T): Op<void>;
  /** Declares the threads; `judge` hears what they find wrong with results. */
  threads(kernel: Kernel, made: T, judge: VmJudge): void;
  /** Whether the order of locks is judged by class. Not where page locks are nested: lockdep does not know them either. Default true. */
  readonly lockOrder?: boolean;
  /** Named choices that are asked; an allocation that fails is not unless it stands here. */
  readonly choices?: readonly string[];
}

/** Builds a scene on a kernel with these steps. */
export function buildScene<T>(scene: Scene<T>): Program {
  const kernel = new Kernel({
    profile: { ...linux510, passes: 4 },
    nodes: [8],
    pageSize: 16,
    ptesPerTable: 4,
    cpus: 4,
    spareWords: 1024,
    ...scene.kernel,
  });
  const { machine } = kernel;
  const made = machine.construct(() => scene.construct?.(kernel)) as T;
  const { setUp } = scene;
  if (setUp !== undefined) runDirect(machine, () => setUp(kernel, made), { fresh: false });
  const judge = new VmJudge(kernel);
  machine.construct(() => scene.threads(kernel, made, judge));
  machine.refusedChoices = new Set(
    [PAGE_ALLOC_FAILS].filter((choice) => scene.choices?.includes(choice) !== true),
  );
  machine.seal();
  return { machine, monitors: [judge], leaks: true, lockOrder: scene.lockOrder ?? true };
}
