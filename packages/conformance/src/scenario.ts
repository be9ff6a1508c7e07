import type {
  BuddyOptions,
  BuiltDriver,
  Capability,
  Kernel,
  MigrateMode,
  Workload,
} from '@movable-pages/core';
import type { Judge } from './judge/judge.js';

/** What a scenario builds on: a kernel with the driver in it, and objects made before the threads begin. */
export interface ScenarioContext {
  readonly kernel: Kernel;
  readonly built: BuiltDriver;
  readonly judge: Judge;
  /** Handles of the objects that exist when an execution begins. */
  readonly handles: readonly unknown[];
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
  /** Deepest number of preemptions searched; a pass names it. */
  readonly preemptions: number;
  /** Faults in one execution. */
  readonly faults: number;
  /** Named choices that are not asked; all others are, those of the driver included. */
  readonly refuses: readonly string[];
  /** Capability without which the scenario is left out. */
  readonly needs?: Capability;
  /** Whether the workload offers what the scenario does. */
  fits?(workload: Workload): boolean;
  /** Declares the threads. */
  threads(context: ScenarioContext): void;
}
