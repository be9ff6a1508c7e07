import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { SavedScenario } from '../check-scenario.js';
import { CheckError } from '../errors.js';
import { driverDigest } from './driver-digest.js';
import type { DriverListing } from './job.js';
import type { ScenarioReport } from '../verdict.js';
import type { Waiver } from '../waiver.js';
import { SUITE_VERSION } from '../version.js';
import { resolveModule } from './resolve-module.js';

/** The shape of the file; it changes its number when it changes its meaning. */
const SCHEMA = 'movable-pages/checkpoint@3';

/** Milliseconds between two writings of the file. */
const WRITE_EVERY = 1000;

/** What is being checked, and how: what a run that goes on has to know. @since 0.1.0 */
export interface CheckpointRun {
  /** Folder that paths of modules, and source lines, are relative to. */
  readonly root: string;
  readonly modules: readonly string[];
  readonly profiles: readonly string[] | null;
  readonly scenarios: readonly string[] | null;
  /** Ids of the rules that are wanted. */
  readonly rules: readonly string[] | null;
  readonly waivers: readonly Waiver[];
  readonly budget: 'quick' | 'default' | 'deep';
  readonly seed: number | null;
  readonly shard: { readonly index: number; readonly of: number } | null;
}

/** What the file holds. */
export interface CheckpointContent {
  readonly schema: typeof SCHEMA;
  readonly suite: string;
  readonly run: CheckpointRun;
  /** Digests of the modules, with what they import. */
  readonly digests: Readonly<Record<string, string>>;
  /** The drivers of each module, with all their work units. */
  readonly listings: Readonly<Record<string, readonly DriverListing[]>>;
  readonly reports: Readonly<Record<string, ScenarioReport>>;
  readonly saves: Readonly<Record<string, SavedScenario>>;
}

/** Names a work unit. */
export function unitKey(unit: { from: string; driver: string; scenario: string; profile: string }): string {
  return [unit.from, unit.driver, unit.scenario, unit.profile].join(' ');
}

/**
 * A file that holds what a check has done so far: reports of the work units that are done, and how far the others are. It is
 * always whole, whenever the process ends.
 *
 * @since 0.1.0
 */
export class Checkpoint {
  private readonly reports: Map<string, ScenarioReport>;
  private readonly saves: Map<string, SavedScenario>;
  private readonly listings: Map<string, readonly DriverListing[]>;
  private writtenAt = 0;

  private constructor(
    private readonly file: string,
    /** What is being checked. */
    readonly run: CheckpointRun,
    private readonly digests: Readonly<Record<string, string>>,
    content: CheckpointContent | null,
  ) {
    this.reports = new Map(Object.entries(content?.reports ?? {}));
    this.saves = new Map(Object.entries(content?.saves ?? {}));
    this.listings = new Map(Object.entries(content?.listings ?? {}));
  }

  /**
   * Begins a file, over whatever it held.
   *
   * @throws CheckError `MP_CANNOT_SAVE`.
   */
  static begin(file: string, run: CheckpointRun): Checkpoint {
    const checkpoint = new Checkpoint(file, run, digestsOf(run), null);
    checkpoint.write();
    return checkpoint;
  }

  /**
   * Goes on from a file.
   *
   * @throws CheckError `MP_BAD_CHECKPOINT` (missing, cut off, of another version), `MP_STALE_CHECKPOINT` (a driver's files changed).
   */
  static resume(file: string): Checkpoint {
    const content = readCheckpoint(file);
    const digests = digestsOf(content.run);
    for (const module of content.run.modules) {
      if (digests[module] === content.digests[module]) continue;
      throw new CheckError(
        'MP_STALE_CHECKPOINT',
        `${module} has changed since ${file} was written, so what it says is of another driver; check it anew`,
      );
    }
    return new Checkpoint(file, content.run, digests, content);
  }

  /** Work units that are done. */
  get done(): number {
    return this.reports.size;
  }

  /** The report of a work unit that is done. */
  reportOf(unit: string): ScenarioReport | undefined {
    return this.reports.get(unit);
  }

  /** How far a work unit was. */
  saveOf(unit: string): SavedScenario | undefined {
    return this.saves.get(unit);
  }

  /** Notes what a module holds. */
  noteListings(from: string, listings: readonly DriverListing[]): void {
    this.listings.set(from, listings);
    this.writeSoon();
  }

  /** Notes that a work unit is done. */
  noteReport(unit: string, report: ScenarioReport): void {
    this.reports.set(unit, report);
    this.saves.delete(unit);
    this.writeSoon();
  }

  /** Notes how far a work unit is. */
  noteSave(unit: string, save: SavedScenario): void {
    if (this.reports.has(unit)) return;
    this.saves.set(unit, save);
    this.writeSoon();
  }

  private writeSoon(): void {
    if (performance.now() - this.writtenAt < WRITE_EVERY) return;
    try {
      this.write();
    } catch {
      // A disk that is full now must not end the check. The last writing says so if it still is.
      this.writtenAt = performance.now();
    }
  }

  /**
   * Writes the file, whole or not at all.
   *
   * @throws CheckError `MP_CANNOT_SAVE`.
   */
  write(): void {
    const content: CheckpointContent = {
      schema: SCHEMA,
      suite: SUITE_VERSION,
      run: this.run,
      digests: this.digests,
      listings: Object.fromEntries(this.listings),
      reports: Object.fromEntries(this.reports),
      saves: Object.fromEntries(this.saves),
    };
    const temporary = `${this.file}.${process.pid}.tmp`;
    try {
      writeFileSync(temporary, JSON.stringify(content));
      renameSync(temporary, this.file);
    } catch (error) {
      const why = String((error as NodeJS.ErrnoException).message).split(',')[0]!;
      throw new CheckError(
        'MP_CANNOT_SAVE',
        `the checkpoint cannot be written to ${this.file} (${why}); give a file in a folder that exists`,
        { cause: error },
      );
    }
    this.writtenAt = performance.now();
  }
}

function digestsOf({ modules, root }: CheckpointRun): Record<string, string> {
  return Object.fromEntries(modules.map((module) => [module, driverDigest(resolveModule(module, root))]));
}

/**
 * Reads a checkpoint.
 *
 * @throws CheckError `MP_BAD_CHECKPOINT`.
 */
export function readCheckpoint(file: string): CheckpointContent {
  const bad = (what: string) =>
    new CheckError(
      'MP_BAD_CHECKPOINT',
      `${file} ${what}; give the file that --checkpoint wrote, or check anew`,
    );
  if (!existsSync(file)) throw bad('does not exist');
  let content: Partial<CheckpointContent>;
  try {
    content = JSON.parse(readFileSync(file, 'utf8')) as Partial<CheckpointContent>;
  } catch {
    throw bad('is no checkpoint: it is cut off or not JSON');
  }
  if (content.schema !== SCHEMA) throw bad('is no checkpoint of this version');
  if (content.suite !== SUITE_VERSION)
    throw bad(`was written by suite ${String(content.suite)}, and this is ${SUITE_VERSION}`);
  if (
    !Array.isArray(content.run?.modules) ||
    [content.digests, content.listings, content.reports, content.saves].includes(undefined)
  )
    throw bad('is damaged');
  return content as CheckpointContent;
}
