import type {
  Checkpoint,
  CheckpointRun,
  MergedCheck,
  checkModule,
  replayToken,
} from '@movable-pages/conformance';
import type { mutateModule } from '@movable-pages/mutate';

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
  /** Replays the schedule of a token. */
  readonly replayToken: typeof replayToken;
}
