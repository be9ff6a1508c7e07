import type { Budget } from '@movable-pages/conformance';

/** What the search for a broken twin's mistake may spend on each scenario. */
export const brokenBudget: Budget = Object.freeze({
  name: 'museum',
  search: 'bounded',
  tryAll: 0,
  maxExecutions: 20_000,
  maxSteps: 5000,
  preemptions: 2,
  beyond: 200,
});

/** What a repaired twin is searched with: less, because it is searched to the end of it. */
export const repairedBudget: Budget = Object.freeze({ ...brokenBudget, maxExecutions: 10_000 });
