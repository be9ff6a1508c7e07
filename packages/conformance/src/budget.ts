import type { SearchKind } from '@movable-pages/explore';

/** What a check may spend. @since 0.1.0 */
export interface Budget {
  readonly name: string;
  /** How schedules are searched: `auto` tries to see them all, whatever preemptions they take, before it sets a bound. */
  readonly search: SearchKind;
  /** Executions that an `auto` search may spend on trying to see them all. */
  readonly tryAll: number;
  /** Executions of one scenario under one profile. */
  readonly maxExecutions: number;
  /** Steps of one execution. */
  readonly maxSteps: number;
  /** Deepest preemption bound, where a scenario does not set a lower one. */
  readonly preemptions: number;
  /** Random schedules of each scenario behind its bound, where there is something behind it. */
  readonly beyond: number;
}

/** The budgets there are, by name. @since 0.1.0 */
export const budgets: Readonly<Record<'quick' | 'default' | 'deep', Budget>> = Object.freeze({
  quick: Object.freeze({
    name: 'quick',
    search: 'bounded',
    tryAll: 0,
    maxExecutions: 150_000,
    maxSteps: 5000,
    preemptions: 2,
    beyond: 200,
  }),
  default: Object.freeze({
    name: 'default',
    search: 'auto',
    tryAll: 40_000,
    maxExecutions: 1_000_000,
    maxSteps: 5000,
    preemptions: 2,
    beyond: 2000,
  }),
  deep: Object.freeze({
    name: 'deep',
    search: 'auto',
    tryAll: 200_000,
    maxExecutions: 2_000_000,
    maxSteps: 5000,
    preemptions: 3,
    beyond: 20_000,
  }),
});
