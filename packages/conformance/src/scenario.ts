import type {
  BuddyOptions,
  BuiltDriver,
  Capability,
  Kernel,
  MigrateMode,
  Op,
  Page,
  Word,
  Workload,
} from '@movable-pages/core';
import type { Judge } from './judge/judge.js';

/** What a scenario builds on: a kernel with the driver in it, and objects made before the threads begin. */
export interface ScenarioContext {
  readonly kernel: Kernel;
  readonly built: BuiltDriver;
  readonly judge: Judge;
  /** Handles of the objects that were made before an execution begins. */
  readonly handles: readonly unknown[];
  /** Pages that {@link Scenario.setUp} took, for its threads to give back. */
  readonly taken: Page[];
  /** How many of these were given out, from the first on. */
  readonly given: Word;
}

/**
 * A small machine with named actors: who does what to the driver while the VM moves its pages.
 *
 * @since 0.1.0
 */
export interface Scenario {
  /** Permanent, in lower case with dashes. */
  readonly id: string;
  readonly title: string;
  readonly mode: MigrateMode | null;
  /** Pages of each node. */
  readonly nodes: readonly number[];
  /** Gives the machine a buddy allocator. Default: single pages only, which costs fewer schedules. */
  readonly buddy?: BuddyOptions;
  /** Objects made before the threads begin. */
  readonly objects: number;
  /** Which of these are freed again before the threads begin, by number from 0 on: memory is in use here and there. */
  readonly freed?: readonly number[];
  /** Deepest number of preemptions searched; a pass names it. */
  readonly preemptions: number;
  /** Faults in one execution. */
  readonly faults: number;
  /** Named choices that are not asked; all others are, those of the driver included. */
  readonly refuses: readonly string[];
  /** Capability without which the scenario is left out. */
  readonly needs?: Capability;
  /** Allocations that find nothing reclaim, and ask the driver's shrinkers and notifiers. Default false. */
  readonly reclaims?: boolean;
  /** What an allocation does that finds nothing, in the thread that needs the page. Default: nothing. */
  directCompaction?(context: ScenarioContext): Op<void>;
  /** The driver is not loaded yet when an execution begins, if its workload can load it. Default false. */
  readonly unloaded?: boolean;
  /** Whether the workload offers what the scenario does, and the kernel has what the driver must have registered for it. */
  fits?(workload: Workload, kernel: Kernel): boolean;
  /** Runs after the objects were made, before every execution alike. */
  setUp?(context: ScenarioContext): Op<void>;
  /** Declares the threads. */
  threads(context: ScenarioContext): void;
}
