import {
  buildDriver,
  Kernel,
  kernelProfiles,
  word,
  type BuiltDriver,
  type DriverDefinition,
  type DriverOptions,
  type KernelProfile,
  type Op,
} from '@movable-pages/core';
import type { Program } from '@movable-pages/explore';
import { runDirect } from '@movable-pages/machine';
import { CheckError } from './errors.js';
import { Judge } from './judge/judge.js';
import { ProfileWatch } from './profile-watch.js';
import { rules } from './rules/index.js';
import type { Scenario, ScenarioContext } from './scenario.js';
import { freeHandle, initialValue, use, writeAndRead } from './scenarios/actors.js';

/** Processors of scenario machines: threads allocate from lists of their own. */
const CPUS = 6;

/** Bytes of a page in scenarios: small, so that copying is a few accesses. */
const PAGE_SIZE = 32;

/**
 * Passes of `migrate_pages` in scenarios: three that only try page locks and one that may sleep on them. The kernel makes
 * ten; the other six would repeat these, at the price of most schedules.
 */
const PASSES = 4;

/** Operations that making the first objects may take. */
const SETUP_STEPS = 20_000;

/** A scenario ready to be explored. */
export interface BuiltScenario {
  readonly program: Program;
  readonly judge: Judge;
  readonly built: BuiltDriver;
  readonly kernel: Kernel;
  /** Which other profiles would have given the same. */
  readonly watch: ProfileWatch;
}

/**
 * Builds a machine with a driver in it, makes the objects that exist from the start, and declares the threads.
 *
 * @throws DriverError if the driver cannot be built; MachineError if its workload misuses the machine; CheckError
 *   `MP_SETUP_FAILED` if the workload cannot make the objects, `MP_UNKNOWN_PROFILE`.
 */
export function buildScenario(
  definition: DriverDefinition,
  scenario: Scenario,
  profileName: string,
  options: DriverOptions = {},
): BuiltScenario {
  const profile = kernelProfiles.get(profileName);
  if (profile === undefined) {
    throw new CheckError(
      'MP_UNKNOWN_PROFILE',
      `there is no profile ${profileName}; there are: ${[...kernelProfiles.keys()].join(', ')}`,
    );
  }
  const watch = new ProfileWatch(shortened(profile), [...kernelProfiles.values()].map(shortened));
  const kernel = new Kernel({
    profile: watch.profile,
    nodes: scenario.nodes,
    pageSize: PAGE_SIZE,
    cpus: CPUS,
    spareWords: 1024,
    reclaims: scenario.reclaims ?? false,
    ...(scenario.directCompaction === undefined
      ? {}
      : { directCompaction: () => scenario.directCompaction!(context) }),
    ...(scenario.buddy === undefined ? {} : { buddy: scenario.buddy }),
  });
  const built = buildDriver(kernel, definition, options);
  const freed = scenario.freed ?? [];
  const judge = new Judge(built, kernel, rules, scenario.objects - freed.length);
  const handles: unknown[] = [];
  const given = kernel.machine.construct(() => word('pages given out'));
  const context: ScenarioContext = { kernel, built, judge, handles, taken: [], given };
  kernel.machine.directLimit = SETUP_STEPS;
  runDirect(
    kernel.machine,
    function* (): Op<void> {
      if (built.workload.load !== undefined && scenario.unloaded !== true) {
        const loaded = yield* use(context, 'load', (workload) => workload.load?.());
        if (loaded !== true)
          throw new CheckError(
            'MP_SETUP_FAILED',
            `the workload of ${definition.name} could not load the driver (load gave ${String(loaded)}), though ` +
              `${kernel.allocator.freePages(0)} pages are free; load must give true while there is memory`,
          );
      }
      for (let index = 0; index < scenario.objects; index++) {
        const handle = yield* use(context, 'allocate', (workload) => workload.allocate());
        if (handle === null || handle === undefined) {
          throw new CheckError(
            'MP_SETUP_FAILED',
            `the workload of ${definition.name} could not make object ${index + 1} of ${scenario.objects} (allocate gave ${String(handle)}), ` +
              `though ${kernel.allocator.freePages(0)} pages are free; allocate must give a handle while there is memory`,
          );
        }
        handles.push(handle);
        yield* writeAndRead(context, handle, initialValue(index));
      }
      for (const index of freed) yield* freeHandle(context, handles[index]);
      if (scenario.setUp !== undefined) yield* scenario.setUp(context);
    },
    { fresh: false },
  );
  kernel.machine.construct(() => scenario.threads(context));
  kernel.machine.refusedChoices = new Set(scenario.refuses);
  kernel.machine.seal();
  judge.triggers.clear();
  const program: Program = {
    machine: kernel.machine,
    monitors: [judge],
    // Only one scenario has the handler, and the order of locks is judged over all of them.
    interrupts: built.workload.interrupt !== undefined,
  };
  return { program, judge, built, kernel, watch };
}

function shortened(profile: KernelProfile): KernelProfile {
  return { ...profile, passes: PASSES };
}
