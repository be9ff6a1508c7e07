import type { SearchKind } from '@movable-pages/explore';

/** What a check may spend. @since 0.1.0 */
export interface Budget {
  readonly name: string;
  /** How schedules are searched: `auto` tries to see them all, whatever preemptions they take, before it sets a bound. */
  readonly search: SearchKind;
  /** Executions of one scenario under one profile. */
  readonly maxExecutions: number;
  /** Steps of one execution. */
  readonly maxSteps: number;
  /** Deepest preemption bound, where a scenario does not set a lower one. */
  readonly preemptions: number;
}

/** The budgets there are, by name. @since 0.1.0 */
export const budgets: Readonly<Record<'quick' | 'default' | 'deep', Budget>> = Object.freeze({
  quick: Object.freeze({
    name: 'quick',
    search: 'bounded',
    maxExecutions: 150_000,
    maxSteps: 5000,
    preemptions: 2,
  }),
  default: Object.freeze({
    name: 'default',
    search: 'auto',
    maxExecutions: 1_000_000,
    maxSteps: 5000,
    preemptions: 2,
  }),
  deep: Object.freeze({
    name: 'deep',
    search: 'auto',
    maxExecutions: 20_000_000,
    maxSteps: 5000,
    preemptions: 3,
  }),
});
