import { readPage, type EndCapture } from './scene.js';

/** Reads first. */
export const readsThenRetracts: EndCapture = function* (kernel, capture) {
  const page = yield* readPage(kernel, capture);
  yield* capture.published.store(0);
  return page;
};
