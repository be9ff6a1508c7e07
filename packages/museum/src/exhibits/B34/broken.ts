import type { Op } from '@movable-pages/core';
import type { Waiting } from './scene.js';

/** Waits for a page that nothing keeps. */
export const waitsWithoutReference: Waiting = {
  *holdForWait(): Op<boolean> {
    return true;
  },
  *letGoQueued(): Op<void> {},
};
