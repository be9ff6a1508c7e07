import { takeOff, type IsolateHuge } from './scene.js';

/** Takes the page for what it was, and for live. */
export const believesTheFirstLook: IsolateHuge = function* (page, pool) {
  yield* pool.lock.acquire();
  yield* page.get();
  const isolated = takeOff(page, pool);
  yield* pool.lock.release();
  return isolated;
};
