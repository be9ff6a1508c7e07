import type { checkModule, replayToken } from '@movable-pages/conformance';

/** What the commands call; tests give a fake. @since 0.1.0 */
export interface Api {
  /** Checks the drivers of a module. */
  readonly checkModule: typeof checkModule;
  /** Replays the schedule of a token. */
  readonly replayToken: typeof replayToken;
}
