import { Executor, type Program } from './execution.js';
import type { ExploreOptions } from './explore-options.js';
import type { KThread } from '@movable-pages/machine';
import { ABANDON, defaultThread, type SchedulePoint, type Strategy } from './strategy.js';
import type { UnitDecision, WorkUnit } from './work-unit.js';

/**
 * Cuts a search into work units: the first decisions are spelled out, breadth first, until there are as many as
 * `options.split` asks for, or nothing is left to decide. The list depends on the program and the options alone; of it, `options.shard` picks its share.
 */
export function workUnits(program: Program, options: ExploreOptions): { units: WorkUnit[]; of: number } {
  const wanted = options.split ?? 1;
  const executor = new Executor({ ...program, monitors: [] }, options.maxSteps ?? 5000);
  const open: UnitDecision[][] = [[]];
  const closed: UnitDecision[][] = [];
  while (open.length > 0 && open.length + closed.length < wanted) {
    const unit = open.shift()!;
    const scout = new Scout(unit, options.faults ?? 1, options.search === 'exhaustive');
    executor.run(scout);
    if (scout.branches.length === 0) closed.push(unit);
    else open.push(...scout.branches);
  }
  const all = [...closed, ...open];
  const { index, of } = options.shard ?? { index: 0, of: 1 };
  const units = all
    .map((decisions, at) => ({ index: at, count: all.length, decisions }))
    .filter((unit) => unit.index % of === index);
  return { units, of: all.length };
}

/** Follows the decisions of a unit, then goes on until there is something to decide, and gives up there. */
class Scout implements Strategy {
  readonly name = 'scout';
  /** The unit, cut at the first decision that it leaves open. Empty if there is none. */
  branches: UnitDecision[][] = [];
  private readonly path: UnitDecision[];
  private depth = 0;
  private faults = 0;

  constructor(
    unit: readonly UnitDecision[],
    private readonly faultBound: number,
    /** Whether what one branch sees may be left out in the next. */
    private readonly sleep: boolean,
  ) {
    this.path = [...unit];
  }

  nextExecution(): boolean {
    return true;
  }

  nextThread(point: SchedulePoint): number {
    if (this.branches.length > 0) return ABANDON;
    const given = this.path[this.depth]?.thread;
    if (given !== undefined) {
      this.depth++;
      return given;
    }
    const usual = defaultThread(point);
    if (point.count === 1) {
      this.path.push({ thread: usual, before: 0 });
      this.depth++;
      return usual;
    }
    let before = 0;
    const others = Array.from(point.enabled.subarray(0, point.count)).filter((id) => id !== usual);
    for (const thread of [usual, ...others]) {
      this.branches.push([...this.path, { thread, before: this.sleep ? before : 0 }]);
      before |= 1 << thread;
    }
    return ABANDON;
  }

  nextChoice(_name: string, alternatives: number, _thread: KThread): number {
    const given = this.path[this.depth]?.answer;
    if (given !== undefined) {
      this.depth++;
      if (given !== 0) this.faults++;
      return given;
    }
    const answers = this.faults < this.faultBound ? alternatives : 1;
    if (answers === 1) {
      this.path.push({ answer: 0, before: 0 });
      this.depth++;
      return 0;
    }
    for (let answer = 0; answer < answers; answer++)
      this.branches.push([...this.path, { answer, before: 0 }]);
    return 0;
  }
}
