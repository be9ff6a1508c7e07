import type { BuiltDriver, Kernel, VmEventMap } from '@movable-pages/core';
import { IsolateMode, MigrateMode, MIGRATEPAGE_SUCCESS, Page, PageFlag } from '@movable-pages/core';
import { Monitor, type Violation, type ViolationSink } from '@movable-pages/explore';
import type { KThread, Scope } from '@movable-pages/machine';
import { applies, type Rule, type RuleWatch, type Trigger, type WatchContext } from '../rule.js';
import { isCallback } from './callbacks.js';
import { driverSite } from './driver-site.js';
import { isMarked, markedPages } from './page-facts.js';
import { silence } from './silence.js';

interface Watching {
  readonly rule: Rule;
  readonly watch: RuleWatch;
}

const REF_COUNT = 1;
/** An operation was made and not run yet (OpState.created of the machine). */
const OPERATION_MADE = 1;

/**
 * Watches executions for the rules: feeds their watches, counts what put them to the test, and says to which rule a
 * violation belongs.
 *
 * @since 0.1.0
 */
export class Judge extends Monitor {
  /** How often each trigger came, over all executions. */
  readonly triggers = new Map<Trigger, number>();
  private readonly kernel: Kernel;
  private readonly watching: Watching[];
  /** Those that want to know of every step: few, and asked at every step. */
  private readonly stepping: RuleWatch[];
  private sink: ViolationSink | null = null;
  /** How often each of {@link Judge.onlyCounts} was broken. */
  readonly advice = new Map<string, number>();
  /** Rules of which it is only counted how often they are broken, so that they end no search. */
  onlyCounts: ReadonlySet<string> = new Set();
  private unloaded = false;
  private migrated = false;
  private insideCallbacks = 0;
  /** Isolations that have not been settled, but those of pages that were freed meanwhile. */
  private withVm = 0;
  /** In this execution a user has done something while the VM had a page, or was in a callback. */
  private besideVm = false;
  /** Users that are in an operation of the driver's. */
  private usersInside = 0;
  /** Pages that are being isolated, and were on a list of the driver's when it was asked. */
  private readonly listed = new Set<number>();
  /** For each thread the references that its present callback took and dropped, by page. */
  private readonly callbackReferences = new Map<number, Map<number, number>>();

  constructor(
    built: BuiltDriver,
    kernel: Kernel,
    private readonly rules: readonly Rule[],
    objects: number,
  ) {
    super();
    this.kernel = kernel;
    const { capabilities } = built;
    this.watching = [];
    for (const rule of rules) {
      if (rule.watch === undefined || !applies(rule, capabilities)) continue;
      const context: WatchContext = {
        kernel,
        mapping: built.mapping,
        capabilities,
        objects,
        workload: built.workload,
        unloaded: () => this.unloaded,
        trigger: (name) => this.trigger(name),
        thread: () => kernel.machine.current!,
        callbackReferences: (page) =>
          this.callbackReferences.get(kernel.machine.current!.id)?.get(page.pfn) ?? 0,
        broken: (problem) => this.broken(rule, problem),
      };
      this.watching.push({ rule, watch: rule.watch(context) });
    }
    this.stepping = this.watching.map(({ watch }) => watch).filter(({ step }) => step !== undefined);
    this.listen();
  }

  /** The rule that a violation breaks, or null if it is none of the driver's. */
  ruleFor(violation: Violation): Rule | null {
    return (
      this.rules.find((rule) => rule.id === violation.code) ??
      this.rules.find((rule) => rule.judges?.(violation) === true) ??
      null
    );
  }

  /** Notes that a rule was put to the test. */
  trigger(name: Trigger): void {
    this.triggers.set(name, (this.triggers.get(name) ?? 0) + 1);
  }

  /** Notes a read of an object's contents; it counts once something has been migrated in this execution. */
  noteRead(): void {
    if (this.migrated) this.trigger('read-after-migration');
  }

  /** The scenario has freed every object, and unloaded the driver if it can be. */
  noteUnloaded(): void {
    this.unloaded = true;
    for (const { watch } of this.watching) watch.unload?.();
  }

  /** Reports that an object reads as something else than was written. */
  contentsLost(what: string, written: number, read: number): void {
    this.report({
      code: 'MP_CONTENTS_LOST',
      message: `${what} reads ${read}, but ${written} was written`,
      subject: 'contents',
      details: { expected: String(written), received: String(read), subject: what },
    });
  }

  /**
   * Notes that an object is pinned. Gives the pages that must stay, for {@link Judge.unpinned}.
   *
   * @param given What the driver's pin() gave: the pages, or nothing if all of the driver's must stay.
   */
  pinned(given: unknown): readonly Page[] {
    // A page that is locked may be on its way out already.
    const pages = Array.isArray(given)
      ? given.filter((page): page is Page => page instanceof Page)
      : markedPages(this.kernel).filter((page) => (page.peekFlags() & PageFlag.locked) === 0);
    for (const { watch } of this.watching) watch.pin?.(pages);
    return pages;
  }

  /** Notes that a pin ends. */
  unpinned(pages: readonly Page[]): void {
    for (const { watch } of this.watching) watch.unpin?.(pages);
  }

  /** Notes what the driver's shrink() gave. */
  shrunk(given: unknown): void {
    this.trigger('shrink-asked');
    for (const { watch } of this.watching) watch.shrink?.(given);
  }

  override begin(sink: ViolationSink): void {
    this.sink = sink;
    this.unloaded = false;
    this.migrated = false;
    this.insideCallbacks = 0;
    this.withVm = 0;
    this.besideVm = false;
    this.usersInside = 0;
    this.notePages();
    this.callbackReferences.clear();
    this.listed.clear();
    for (const { watch } of this.watching) watch.begin?.();
  }

  override quiesce(): void {
    this.trigger('quiesced');
    for (const { watch } of this.watching) watch.quiesce?.(this.unloaded);
  }

  /** Feeds the step to the watches. */
  override step(thread: KThread, result: unknown): void {
    const { stepping } = this;
    for (let i = 0; i < stepping.length; i++) stepping[i]!.step!(thread, result);
    if (thread.party !== 'user') return;
    if (this.insideCallbacks > 0) this.trigger('concurrent-callback');
    if (!this.besideVm && (this.withVm > 0 || this.insideCallbacks > 0)) {
      this.besideVm = true;
      this.trigger('user-beside-vm');
    }
  }

  override scopeEnter(thread: KThread, scope: Scope): void {
    if (!isCallback(scope.what)) {
      if (thread.party === 'user' && scope.party === 'driver' && ++this.usersInside > 1)
        this.trigger('two-users');
      return;
    }
    this.callbackReferences.set(thread.id, new Map());
    this.insideCallbacks++;
    this.trigger('callback');
  }

  override scopeLeave(thread: KThread, scope: Scope): void {
    if (!isCallback(scope.what)) {
      if (thread.party === 'user' && scope.party === 'driver') this.usersInside--;
      return;
    }
    this.insideCallbacks--;
    this.callbackReferences.delete(thread.id);
  }

  /** Books the reference for the callback that runs, and feeds it to the watches. */
  override reference(thread: KThread, location: number, party: string, delta: number, held: number): void {
    const pfn = this.kernel.frames.pfnOf(location);
    if (pfn < 0 || this.kernel.frames.location(pfn, REF_COUNT) !== location) return;
    if (party === 'driver' && delta < 0) this.trigger('driver-put');
    const inCallback = party === 'driver' ? this.callbackReferences.get(thread.id) : undefined;
    inCallback?.set(pfn, (inCallback.get(pfn) ?? 0) + delta);
    const page = this.kernel.page(pfn);
    for (const { watch } of this.watching) watch.reference?.(page, party, delta, held);
  }

  /** Notes whether two pages of the driver are there at once. */
  private notePages(): void {
    let marked = 0;
    for (let pfn = 0; pfn < this.kernel.frames.count; pfn++)
      if (isMarked(this.kernel, this.kernel.page(pfn)) && ++marked === 2) {
        this.trigger('two-pages');
        return;
      }
  }

  private listen(): void {
    const on = <K extends keyof VmEventMap>(name: K, listener: (event: VmEventMap[K][0]) => void) => {
      this.kernel.events.on(name, listener as never);
    };
    on('set_page_movable', () => {
      this.trigger('set-movable');
      this.notePages();
    });
    on('clear_page_movable', () => this.trigger('clear-movable'));
    on('driver_isolate_enter', ({ page, mode }) => {
      if ((mode & IsolateMode.asyncMigrate) !== 0) this.trigger('async-callback');
      if (this.kernel.lists.listOf(page.pfn)?.party === 'driver') this.listed.add(page.pfn);
      for (const { watch } of this.watching) watch.isolateEnter?.(page, mode);
    });
    on('driver_isolate', ({ page, mode, result }) => {
      this.trigger('isolate');
      const listed = this.listed.delete(page.pfn);
      if (result === true) {
        this.withVm++;
        this.trigger('isolate-accepted');
      }
      if (result === true && listed) this.trigger('isolate-listed');
      if (result === false) this.trigger('isolate-refused');
      if (!this.mayJudge(result)) return;
      for (const { watch } of this.watching) watch.isolate?.(page, mode, result);
    });
    on('driver_migrate_enter', ({ newPage, oldPage, mode }) => {
      if (mode === MigrateMode.async) this.trigger('async-callback');
      for (const { watch } of this.watching) watch.migrateEnter?.(newPage, oldPage, mode);
    });
    on('driver_migrate', ({ newPage, oldPage, mode, result }) => {
      this.trigger('migrate');
      if (mode === MigrateMode.syncNoCopy) this.trigger('migrate-no-copy');
      if (result === MIGRATEPAGE_SUCCESS) {
        this.migrated = true;
        this.withVm--;
        this.trigger('migrate-succeeded');
      } else this.trigger('migrate-failed');
      if (!this.mayJudge(result)) return;
      for (const { watch } of this.watching) watch.migrate?.(newPage, oldPage, mode, result);
    });
    on('driver_putback_enter', ({ page }) => {
      for (const { watch } of this.watching) watch.putbackEnter?.(page);
    });
    on('driver_putback', ({ page, result }) => {
      this.withVm--;
      this.trigger('putback');
      if (!this.mayJudge(result)) return;
      for (const { watch } of this.watching) watch.putback?.(page, result);
    });
  }

  /**
   * Whether what a callback did may be judged by its outcome: not if it ends with an operation that it made and did not
   * run, for then the machine reports that at once, and whatever else is amiss comes of it.
   */
  private mayJudge(result: unknown): boolean {
    silence(result);
    return this.kernel.machine.current?.opState !== OPERATION_MADE;
  }

  private broken(
    rule: Rule,
    problem: { title: string; expected: string; received: string; subject?: string },
  ): void {
    if (this.onlyCounts.has(rule.id)) {
      this.advice.set(rule.id, (this.advice.get(rule.id) ?? 0) + 1);
      return;
    }
    this.report({
      code: rule.id,
      message: problem.title,
      subject: problem.subject ?? problem.title,
      details: { expected: problem.expected, received: problem.received },
    });
  }

  private report(problem: Pick<Violation, 'code' | 'message' | 'subject' | 'details'>): void {
    const { machine } = this.kernel;
    const thread = machine.current;
    this.sink?.report({
      kind: 'monitor',
      thread: thread?.name ?? null,
      scope: thread?.scope?.what ?? null,
      party: thread?.runningParty ?? null,
      ...problem,
      details: { here: driverSite(machine.site(), thread), ...problem.details },
    });
  }
}
