import { MachineError } from '../errors.js';
import { type Container, containerOf, FREED, LIVE, type TrackingSpace } from './container.js';
import { findDangling, type Dangling } from './dangling.js';
import { fingerprint } from './fingerprint.js';
import { isHandle } from './handle.js';
import type { SharedHost } from './host.js';
import { Intake } from './intake.js';
import { pathOf, type Root } from './naming.js';
import { Mark, type NetChange } from './net-changes.js';
import { Shape } from './shape.js';
import { stateLines } from './state-lines.js';
import { markerOf, stale } from './stale.js';
import { TrackedObject } from './tracked-object.js';
import { Undo } from './undo.js';

/**
 * All tracked state of one machine: makes it, undoes it between executions, names it, and nets what changed.
 *
 * @since 0.1.0
 */
export class SharedSpace implements TrackingSpace {
  /** @internal */ sealed = false;
  /** @internal */ stamp = 0;
  /** @internal */ epoch = 0;
  readonly #emptyShape = Shape.root();
  readonly #intake: Intake;
  readonly #undo = new Undo();
  readonly #built: Container[] = [];
  readonly #roots: Root[] = [];
  readonly #marks: Mark[] = [];
  #threadMarks = 0;
  /** Whose location it was when it was last asked: reports ask for the same ones again and again. */
  readonly #whose = new Map<number, Container>();
  #nextSerial = 0;

  constructor(readonly host: SharedHost) {
    this.#intake = new Intake(this, this.#emptyShape);
  }

  /**
   * The tracked form of a literal, an array, a Map or a Set, as deep as it goes. Tracked values, handles and constants are
   * returned as they are. Under the direct executor the literal itself is returned.
   *
   * @throws {MachineError} `MP_SHARED_CLASS`, `MP_STALE_REFERENCE`, `MP_ARRAY_HOLE`, `MP_FOREIGN_VALUE`, `MP_RAW_STORE`
   *   (a frozen object that holds a mutable one), `MP_PARAMETER` (not an object)
   */
  shared<T>(init: T): T {
    if (!this.host.tracked) return init;
    if (typeof init !== 'object' || init === null) {
      const received = init === null ? 'null' : typeof init;
      return this.host.misuse(
        new MachineError(
          'MP_PARAMETER',
          `shared() takes an object, not ${received}. Put the value in one: shared({ value }).`,
          {
            received,
          },
        ),
      );
    }
    return this.#intake.take(init, null, undefined) as T;
  }

  /**
   * Frees a tracked value: every location of it is written, so that an unordered reader is a race, and later use is an
   * error. Like the kernel's kfree it does not free what the value refers to.
   *
   * @throws {MachineError} `MP_DOUBLE_FREE`, `MP_PARAMETER` (not tracked), `MP_STALE_REFERENCE`, `MP_FOREIGN_VALUE`
   */
  free(object: object): void {
    if (!this.host.tracked) return;
    const container = this.#own(object);
    if (container.state === FREED) {
      const subject = this.nameOf(container);
      this.host.misuse(
        new MachineError(
          'MP_DOUBLE_FREE',
          `${subject} was freed twice, first by ${container.freedBy ?? 'construction'}.`,
          { subject, ...container.freeing() },
        ),
      );
    }
    if (container.state !== LIVE) container.dead(null, true);
    const thread = this.host.currentThreadName();
    if (container.stamp !== this.stamp) this.firstWrite(container);
    container.writeEverything();
    container.state = FREED;
    container.freedBy = thread;
    container.freedAt = this.host.site?.();
    for (const mark of this.#marks) mark.freed(container, thread);
  }

  /** Ends construction: what exists now is what {@link reset} goes back to. */
  seal(): void {
    for (const container of this.#built) container.closed();
    this.sealed = true;
    this.epoch = 1;
    this.stamp++;
  }

  /**
   * Undoes everything since {@link seal}: contents, Map order, frees and new locations. Objects made since are dropped, and
   * using one later is `MP_STALE_REFERENCE`. Marks end.
   */
  reset(): void {
    this.#undo.reset();
    if (this.#marks.length > 0) this.#marks.length = 0;
    this.#threadMarks = 0;
    if (this.#whose.size > 0) this.#whose.clear();
    this.#nextSerial = this.#built.length;
    this.epoch++;
    this.stamp++;
  }

  /** Registers an object from which others are named: `rootNames(driver, 'balloon')` gives `balloon.state.pages[3]`. */
  rootNames(root: object, name: string): void {
    this.#roots.push({ object: root, name });
  }

  /** The name of a location, such as `balloon.state.pages[3].owner`, or null if it is not one of tracked state. */
  describe(location: number): string | null {
    const found = this.#find(location);
    return found === null ? null : this.nameOf(found) + found.describeLocation(location)!;
  }

  /** The value at a location now, read unrecorded, for reports. */
  valueAt(location: number): unknown {
    return this.#find(location)?.valueAt(location);
  }

  /**
   * Objects made since {@link seal} that were not freed and that nobody can reach any more. What a freed object refers to
   * counts as freed with it; of lost objects that refer to each other the outermost is named.
   */
  leaks(): { name: string; madeBy: string | null; madeAt: string | undefined }[] {
    const reached = new Set<Container>();
    const reach = (value: unknown): void => {
      const found = containerOf(value);
      if (found === undefined || reached.has(found)) return;
      reached.add(found);
      found.visit(reach);
    };
    for (const container of this.#built) if (container.state === LIVE) container.visit(reach);
    for (const container of this.#undo.born) if (container.state === FREED) container.visit(reach);
    const lost = this.#undo.born.filter((each) => each.state === LIVE && !reached.has(each));
    const inner = new Set<Container>();
    for (const each of lost)
      each.visit((value) => {
        const held = containerOf(value);
        if (held !== undefined && held !== each) inner.add(held);
      });
    const outer = lost.filter((each) => !inner.has(each));
    return (outer.length > 0 ? outer : lost.slice(0, 1)).map((each) => ({
      name: this.nameOf(each),
      madeBy: each.bornBy,
      madeAt: each.bornAt,
    }));
  }

  /** Whether a value is tracked state of this space. */
  isTracked(value: unknown): boolean {
    return containerOf(value)?.space === this;
  }

  /**
   * The location of a key: a field, an index or `'length'`, a Map key, a Set member or {@link ORDER}. Null for what is not tracked
   * and for keys without a location.
   */
  locationOf(object: object, key: unknown): number | null {
    const container = containerOf(object);
    return container === undefined || container.space !== this ? null : container.locationOf(key);
  }

  /**
   * All state reachable from an object, a driver for instance, as text: equal texts mean equal state. Nothing is
   * recorded. Handles stand for themselves by their `toString`, which must not access tracked state.
   */
  fingerprint(object: object): string {
    return fingerprint(object);
  }

  /**
   * All tracked state in lines, one a value, under the names that it has from construction. Equal texts mean equal state.
   * Nothing is recorded.
   */
  stateLines(): string[] {
    return stateLines(this.#built, (container) => this.nameOf(container));
  }

  /** One number for all tracked state: equal state gives equal numbers. Nothing is recorded. */
  stateDigest(): number {
    return this.#undo.digest();
  }

  /**
   * What was freed and can still be reached through a collection: tracked objects, and handles that `isFree` says so of.
   * Looks at what construction made and all that it leads to, recording nothing.
   */
  dangling(isFree: (handle: object) => boolean): Dangling[] {
    const roots = this.#built.filter((container) => container.bornBy === null && container.state === LIVE);
    return findDangling(roots, isFree, (container) => this.nameOf(container));
  }

  /** Starts netting writes: those of one thread if it is named, all otherwise. Ends at {@link release} or {@link reset}. */
  mark(thread: string | null = null): Mark {
    const mark = new Mark(thread, this.#nextSerial);
    this.#marks.push(mark);
    if (thread !== null) this.#threadMarks++;
    this.stamp++;
    return mark;
  }

  /** What differs from what it was at the mark. The mark stays active. */
  netChanges(mark: Mark): NetChange[] {
    this.stamp++;
    return mark.changes((container) => this.nameOf(container));
  }

  /** Ends a mark: writes cost nothing extra again. */
  release(mark: Mark): void {
    const at = this.#marks.indexOf(mark);
    if (at < 0) return;
    this.#marks.splice(at, 1);
    if (mark.thread !== null) this.#threadMarks--;
  }

  /** @internal The tracked form of a SharedObject under construction. */
  adopt(instance: object): object {
    return new TrackedObject(this, instance, this.#emptyShape, true).face;
  }

  /** @internal */
  firstWrite(container: Container): void {
    if (!this.sealed) return;
    this.#undo.touch(container, this.epoch);
    if (this.#marks.length > 0) {
      const writer = this.host.currentThreadName();
      for (const mark of this.#marks) mark.beforeWrite(container, writer);
      // A mark of one thread must see every write, to tell its own from those of others.
      if (this.#threadMarks > 0) return;
    }
    container.stamp = this.stamp;
  }

  /** @internal */
  enter(container: Container): number {
    if (this.sealed) this.#undo.born.push(container);
    else this.#built.push(container);
    return this.#nextSerial++;
  }

  /** @internal */
  grew(container: Container): void {
    if (this.sealed) this.#undo.grew(container);
  }

  /** @internal */
  admit(value: object, holder: Container, key: unknown): void {
    this.#intake.admit(value, holder, key);
  }

  /** @internal */
  takeIn(value: unknown, holder: Container, key: unknown): unknown {
    return this.#intake.take(value, holder, key);
  }

  /** @internal */
  checkLookup(value: unknown): void {
    if (typeof value === 'object' && value !== null && !isHandle(value) && markerOf(value) !== undefined)
      stale(this, value);
  }

  /** @internal */
  nameOf(container: Container): string {
    return pathOf(container, this.#roots, (of) => this.#allocationName(of));
  }

  /** Counts allocations of the thread; what a literal holds is part of the literal's allocation. */
  #allocationName(container: Container): string {
    const list = container.bornIn === 0 ? this.#built : this.#undo.born;
    let nth = 0;
    for (const other of list) {
      if (other.bornBy === container.bornBy) nth++;
      if (other === container) break;
    }
    return `(${container.bornBy ?? (container.bornIn === 0 ? 'construction' : 'setup')}, allocation ${nth})`;
  }

  #find(location: number): Container | null {
    const known = this.#whose.get(location);
    if (known !== undefined && known.describeLocation(location) !== null) return known;
    const found = this.#search(location);
    if (found !== null) this.#whose.set(location, found);
    return found;
  }

  #search(location: number): Container | null {
    for (const container of this.#undo.born)
      if (container.describeLocation(location) !== null) return container;
    for (const container of this.#built) if (container.describeLocation(location) !== null) return container;
    return null;
  }

  #own(object: object): Container {
    const container = containerOf(object);
    if (container?.space === this) return container;
    if (container === undefined && markerOf(object) !== undefined) stale(this, object);
    const code = container === undefined ? 'MP_PARAMETER' : 'MP_FOREIGN_VALUE';
    const what = container === undefined ? 'is not tracked' : 'belongs to another machine';
    return this.host.misuse(new MachineError(code, `freeShared() was given a value that ${what}.`));
  }
}
