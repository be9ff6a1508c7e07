import type { LockNext } from './scene.js';

/** Waits for the next page, whatever is locked already. */
export const sleepsWhileItHoldsOthers: LockNext = function* (page) {
  yield* page.lock();
  return true;
};
