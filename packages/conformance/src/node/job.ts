import type { Capability } from '@movable-pages/core';
import type { MessagePort } from 'node:worker_threads';
import type { Budget } from '../budget.js';
import type { SavedScenario } from '../check-scenario.js';
import type { TokenContent } from '../token.js';
import type { ScenarioReport } from '../verdict.js';
import type { ReplayReport } from './replay-token.js';

/**
 * Texts to load in the place of files, by absolute path. All of these files are loaded anew, so those that import a changed
 * one belong to them, even with the text that they have.
 *
 * @since 0.1.0
 */
export interface Overlay {
  /** Two overlays with one id are the same. */
  readonly id: string;
  readonly texts: Readonly<Record<string, string>>;
}

/** What a worker needs to load a module. */
interface ModuleJob {
  readonly url: string;
  readonly from: string;
  readonly root: string;
  /** Memory of the beacon. */
  readonly beacon: SharedArrayBuffer;
}

/** Loads a module and lists its drivers and the scenarios that fit each. */
export interface ListJob extends ModuleJob {
  readonly kind: 'list';
  readonly profiles: readonly string[];
  readonly scenarios: readonly string[] | null;
  /** Ids of the rules that are wanted. */
  readonly rules: readonly string[] | null;
}

/** Explores one scenario. */
export interface ScenarioWorkerJob extends ModuleJob {
  readonly kind: 'scenario';
  readonly driver: string;
  readonly scenario: string;
  readonly profile: string;
  readonly budget: Budget;
  readonly seed: number;
  /** Rules of which it is only counted how often they are broken. */
  readonly counts: readonly string[];
  /** What the result is for: part of its digest. */
  readonly label: string;
  /** Where saves of the search go; null if nobody wants them. */
  readonly saves: MessagePort | null;
  readonly resume: SavedScenario | null;
}

/** Explores scenarios of a changed module one after the other, until one of them would not pass. */
export interface TrialJob extends ModuleJob {
  readonly kind: 'trial';
  readonly overlay: Overlay;
  readonly units: readonly TrialUnit[];
  readonly budget: Budget;
}

/** Replays a schedule. */
export interface ReplayJob extends ModuleJob {
  readonly kind: 'replay';
  readonly content: TokenContent;
}

/**
 * Replays the decisions of an execution that hung, without the last, and tells what the thread that took it was about
 * to do.
 */
export interface AutopsyJob extends ModuleJob {
  readonly kind: 'autopsy';
  readonly driver: string;
  readonly scenario: string;
  readonly profile: string;
  readonly decisions: readonly { readonly thread: number; readonly answer: number }[];
  /** In whose code the loop is. */
  readonly place: string;
  /** Executions up to the one that hung, that one included. */
  readonly executions: number;
  /** Milliseconds without a step. */
  readonly waited: number;
  /** The wait was cut short, because the driver was known to loop there. */
  readonly known: boolean;
}

/** What a worker can be asked. */
export type WorkerJob = ListJob | ScenarioWorkerJob | TrialJob | ReplayJob | AutopsyJob;

/** A scenario of a driver under a profile. @since 0.1.0 */
export interface TrialUnit {
  readonly driver: string;
  readonly scenario: string;
  readonly profile: string;
}

/** What one unit of a trial came to. @since 0.1.0 */
export interface TrialReport {
  readonly unit: TrialUnit;
  readonly report: ScenarioReport;
  /** The numbers that the module added to the set {@link REACHED} meanwhile, ascending. */
  readonly reached: readonly number[];
}

/** A driver as far as the main thread needs it: definitions stay in workers. */
export interface DriverListing {
  readonly name: string;
  readonly version: string;
  readonly contract: string;
  readonly capabilities: readonly Capability[];
  /** Digest of the files of its module. */
  readonly digest: string;
  /** Profile and scenario ids, in order. */
  readonly jobs: readonly { readonly profile: string; readonly scenario: string; readonly bound: number }[];
}

/** An error that crossed from a worker. */
export interface CodedFailure {
  readonly failure: { readonly code: string; readonly message: string; readonly name: string };
}

/** What a worker gives back. */
export type WorkerAnswer =
  | Omit<DriverListing, 'digest'>[]
  | ScenarioReport
  | TrialAnswer
  | ReplayReport
  | CodedFailure;

/** The units of a trial that were run. */
export interface TrialAnswer {
  readonly trials: readonly TrialReport[];
}

/** Whether an answer is an error. */
export function isFailure(answer: WorkerAnswer): answer is CodedFailure {
  return 'failure' in answer;
}
