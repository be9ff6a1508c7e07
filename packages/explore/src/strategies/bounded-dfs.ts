import type { SchedulePoint } from '../strategy.js';
import type { WorkUnit } from '../work-unit.js';
import { DepthFirst, type DfsBounds } from './depth-first.js';

/**
 * Depth-first search of every schedule within a preemption bound and a fault bound, equivalent ones included.
 *
 * @since 0.1.0
 */
export class BoundedDfs extends DepthFirst {
  readonly name: string;

  constructor(bounds: DfsBounds, unit: WorkUnit | null = null) {
    super(bounds, unit);
    this.name = `dfs(preemptions=${bounds.preemptions}, faults=${bounds.faults})`;
  }

  protected override wantedAtFirst(point: SchedulePoint): number {
    return point.enabledMask;
  }
}
