import type { CountSplit } from './scene.js';

/** The large page itself failed, so it counts. */
export const countsTheWholeToo: CountSplit = () => 1;
