import type { Op, Page } from '@movable-pages/core';

/** What no scenario runs. */
export function* neverCalled(page: Page): Op<void> {
  yield* page.get();
}
