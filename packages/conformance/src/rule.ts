import type { Capability, Kernel, MovableMapping, MigrateMode, Page, Workload } from '@movable-pages/core';
import type { Violation } from '@movable-pages/explore';
import type { KThread } from '@movable-pages/machine';

/** How much a rule weighs: all but `quality` are mandatory. @since 0.1.0 */
export type RuleLevel = 'core' | 'concurrency' | 'lifecycle' | 'quality';

/**
 * What must have happened for a rule to have been put to the test. A rule whose trigger never came is vacuous.
 *
 * @since 0.1.0
 */
export type Trigger =
  | 'set-movable'
  | 'clear-movable'
  | 'isolate'
  | 'isolate-accepted'
  | 'isolate-refused'
  | 'isolate-listed'
  | 'migrate'
  | 'migrate-succeeded'
  | 'migrate-failed'
  | 'migrate-no-copy'
  | 'migrate-at-rest'
  | 'migrate-lock-held'
  | 'putback'
  | 'callback'
  | 'async-callback'
  | 'driver-put'
  | 'read-after-migration'
  | 'concurrent-callback'
  | 'pinned-wanted'
  | 'shrink-asked'
  | 'shrunk'
  | 'two-pages'
  | 'two-users'
  | 'user-beside-vm'
  | 'quiesced'
  | 'isolated-counted'
  | 'unloaded'
  | 'counted-by-place'
  | 'inspected';

/** What a rule's watch may ask and say. @since 0.1.0 */
export interface WatchContext {
  readonly kernel: Kernel;
  readonly mapping: MovableMapping;
  readonly capabilities: ReadonlySet<Capability>;
  /** The thread that runs now. */
  thread(): KThread;
  /** Objects that users hold when an execution begins. */
  readonly objects: number;
  /** The driver's own user API: for asking, not for running its operations. */
  readonly workload: Workload;
  /** Whether the driver has been unloaded in this execution. */
  unloaded(): boolean;
  /** Notes that a rule was put to the test. */
  trigger(name: Trigger): void;
  /** The net change of the driver's references on a page by the callback that the running thread is in, or just left. */
  callbackReferences(page: Page): number;
  /** Reports that the rule is broken; the execution ends after this step. */
  broken(problem: { title: string; expected: string; received: string; subject?: string }): void;
}

/**
 * A rule that looks on: each method is called when its event comes. State lives in fields and is reset in `begin`.
 *
 * @since 0.1.0
 */
export interface RuleWatch {
  /** An execution begins: forget the last one. */
  begin?(): void;
  /** `isolatePage` is about to be called, with the page locked. `mode` has bits of `IsolateMode`. */
  isolateEnter?(page: Page, mode: number): void;
  /** `isolatePage` gave `result`, sense or nonsense; the page is still locked. */
  isolate?(page: Page, mode: number, result: unknown): void;
  /** `migratePage` is about to be called, with both pages locked. */
  migrateEnter?(newPage: Page, oldPage: Page, mode: MigrateMode): void;
  /** `migratePage` gave `result`, sense or nonsense; both pages are still locked. */
  migrate?(newPage: Page, oldPage: Page, mode: MigrateMode, result: unknown): void;
  /** `putbackPage` is about to be called, with the page locked and still marked isolated. */
  putbackEnter?(page: Page): void;
  /** `putbackPage` gave `result`; the page is still locked and marked isolated. */
  putback?(page: Page, result: unknown): void;
  /** A user has pinned an object: these pages must stay. */
  pin?(pages: readonly Page[]): void;
  /** The pin of these pages is about to end. */
  unpin?(pages: readonly Page[]): void;
  /** `shrink()` of the workload gave `result`, sense or nonsense. */
  shrink?(result: unknown): void;
  /** An operation was applied by `thread`, which still describes it. */
  step?(thread: KThread, result: unknown): void;
  /** `party` took (+1) or dropped (-1) a reference of a page and now holds `held`. */
  reference?(page: Page, party: string, delta: number, held: number): void;
  /** `unload` of the workload has just returned. */
  unload?(): void;
  /** All threads have ended and every object is freed. `unloaded`: the driver was unloaded too. */
  quiesce?(unloaded: boolean): void;
}

/**
 * A rule of the contract. Ids are permanent and say nothing by themselves.
 *
 * @since 0.1.0
 */
export interface Rule {
  readonly id: string;
  readonly title: string;
  /** What a driver must do, in one or two sentences. */
  readonly statement: string;
  /** Where it comes from: kernel source or documentation. */
  readonly source: string;
  readonly level: RuleLevel;
  readonly trigger: Trigger;
  /** Capability without which the rule does not apply. */
  readonly needs?: Capability;
  /** Capability with which the rule does not apply. */
  readonly unless?: Capability;
  /**
   * For a rule on what a right driver may do without: if `although` came and the rule's own trigger never did, the rule
   * is skipped for the reason `why`, and not vacuous.
   */
  readonly optional?: { readonly although: Trigger; readonly why: string };
  /** What to do about it. */
  readonly hint: string;
  /** What to do about one violation in particular, if that is something else. */
  hintFor?(violation: Violation): string | undefined;
  /** Whether a violation of the machine or a detector breaks this rule. */
  judges?(violation: Violation): boolean;
  /** Looks on for what no detector sees. */
  watch?(context: WatchContext): RuleWatch;
}

/** Whether a rule must pass for a driver to be conformant. @since 0.1.0 */
export function isMandatory(rule: Rule): boolean {
  return rule.level !== 'quality';
}

/** Whether a rule applies to a driver with these capabilities. @since 0.1.0 */
export function applies(rule: Rule, capabilities: ReadonlySet<Capability>): boolean {
  if (rule.needs !== undefined && !capabilities.has(rule.needs)) return false;
  return rule.unless === undefined || !capabilities.has(rule.unless);
}
