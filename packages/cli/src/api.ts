import type { checkModule, replayToken } from '@movable-pages/conformance';

/** What the commands call; tests give a fake. @since 0.1.0 */
export interface Api {
  readonly checkModule: typeof checkModule;
  readonly replayToken: typeof replayToken;
}
