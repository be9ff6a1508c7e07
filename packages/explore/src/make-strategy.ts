import type { Machine } from '@movable-pages/machine';
import type { Phase } from './explore-result.js';
import { BoundedDfs } from './strategies/bounded-dfs.js';
import type { DepthFirst } from './strategies/depth-first.js';
import { Dpor } from './strategies/dpor.js';
import { Pct } from './strategies/pct.js';
import { RandomWalk } from './strategies/random-walk.js';
import { ReducedDfs } from './strategies/reduced-dfs.js';
import type { Sampler } from './strategies/sampler.js';
import type { WorkUnit } from './work-unit.js';

/** What a phase of a search runs, and how far. */
export interface StrategyParts {
  readonly machine: Machine;
  readonly unit: WorkUnit;
  readonly naive: boolean;
  readonly faults: number;
  readonly seed: number;
  /** Executions of a sampler. */
  readonly samples: number;
  /** Steps that an execution is expected to take. */
  readonly length: number;
  /** The bound of this phase, if it has one. */
  readonly preemptions: number | null;
  /** The deepest bound of the search: what samples are to go beyond. */
  readonly bound: number;
}

/** The strategy of a phase. */
export function makeStrategy(search: Phase['search'], parts: StrategyParts): DepthFirst | Sampler {
  const { machine, unit, naive, faults, samples } = parts;
  const seed = parts.seed + unit.index;
  switch (search) {
    case 'exhaustive':
      return naive
        ? new BoundedDfs({ preemptions: Infinity, faults }, unit)
        : new Dpor(machine, faults, unit);
    case 'bounded': {
      const bounds = { preemptions: parts.preemptions!, faults };
      return naive ? new BoundedDfs(bounds, unit) : new ReducedDfs(machine, bounds, unit);
    }
    case 'pct':
      return new Pct(seed, samples, parts.length, parts.bound + 3, faults);
    case 'random':
      return new RandomWalk(seed, samples, faults);
  }
}
