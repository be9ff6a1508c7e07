import { scenarios } from '../../src/scenarios/index.ts';

/** The scenario with a second compactor. */
export const unloadBesideTwoCompactors = scenarios.find(
  (scenario) => scenario.id === 'unload-two-compactors',
)!;
