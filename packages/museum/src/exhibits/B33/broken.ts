import type { MayMigrate } from './scene.js';

/** Holds a reference on the page, and believes that this will do. */
export const asksWithoutTheLock: MayMigrate = function* (page, { mappings }) {
  return mappings[page.pfn]?.migrates === true;
};
