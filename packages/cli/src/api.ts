import type {
  Checkpoint,
  CheckpointRun,
  Certificate,
  MergedCheck,
  Verdict,
  checkModule,
  loadModule,
  verifyCertificate,
  replayToken,
} from '@movable-pages/conformance';
import type { mutateModule } from '@movable-pages/mutate';
import type { Museum } from './museum-command.js';

/** What the commands call; tests give a fake. @since 0.1.0 */
export interface Api {
  /** Checks the drivers of a module. */
  readonly checkModule: typeof checkModule;
  /** Begins a checkpoint file. */
  readonly beginCheckpoint: (file: string, run: CheckpointRun) => Promise<Checkpoint>;
  /** Goes on from a checkpoint file. */
  readonly resumeCheckpoint: (file: string) => Promise<Checkpoint>;
  /** Puts the checkpoints of shards together. */
  readonly mergeCheckpoints: (files: readonly string[]) => Promise<MergedCheck>;
  /** Judges mutants of the drivers of a module. */
  readonly mutateModule: typeof mutateModule;
  /** Makes a certificate of verdicts whose modules were found from a folder. */
  readonly certify: (verdicts: readonly Verdict[], root: string) => Promise<Certificate>;
  /** Imports a module as drivers are imported. */
  readonly loadModule: typeof loadModule;
  /** Checks a certificate. */
  readonly verifyCertificate: typeof verifyCertificate;
  /** Replays the schedule of a token. */
  readonly replayToken: typeof replayToken;
  /** Opens the museum. */
  readonly museum: () => Promise<Museum>;
}
