import type { Container } from './container.js';

/**
 * One thing that differs from what it was at a mark.
 *
 * @since 0.1.0
 */
export interface NetChange {
  /**
   * `field`: a key of an object. `entry`: a key of a Map. `member`: an element of an array or a member of a Set, come or
   * gone, wherever it stands. `freed`: the container itself.
   */
  readonly kind: 'field' | 'entry' | 'member' | 'freed';
  /** The tracked object, array, Map or Set that changed. */
  readonly container: object;
  /** The key of a field or an entry; undefined for a member. */
  readonly key: unknown;
  /** The value before; undefined for what came. Tracked values are compared by identity. */
  readonly before: unknown;
  /** The value after; undefined for what went. */
  readonly after: unknown;
  /** The name of the field or entry, or of the container that gained or lost a member, worked out when asked. */
  readonly path: string;
}

const ABSENT = Symbol('absent');

interface Tally {
  /** First value before and last value after, by key. */
  readonly keyed: Map<unknown, { readonly before: unknown; after: unknown }>;
  /** How many more of a member there are. */
  readonly members: Map<unknown, number>;
}

/**
 * A point in time from which writes are netted, optionally those of one thread only. Containers are copied when first written
 * after the mark; when another thread writes one in between, the books are closed first and opened again later,
 * so that its writes do not count.
 *
 * @since 0.1.0
 */
export class Mark {
  readonly #open = new Map<Container, readonly unknown[]>();
  readonly #tallies = new Map<Container, Tally>();
  readonly #freed = new Set<Container>();

  /** @internal */
  constructor(
    readonly thread: string | null,
    /** Containers with this serial number or a higher one were made after the mark: what they hold is no change. */
    readonly firstNew: number,
  ) {}

  /** @internal Called before a write. */
  beforeWrite(container: Container, writer: string | null): void {
    if (container.serial >= this.firstNew) return;
    const copy = this.#open.get(container);
    if (this.thread === null || this.thread === writer) {
      if (copy === undefined) this.#open.set(container, container.copy());
    } else if (copy !== undefined) this.#close(container, copy);
  }

  /** @internal Called when a container is freed. */
  freed(container: Container, writer: string | null): void {
    if (container.serial < this.firstNew && (this.thread === null || this.thread === writer))
      this.#freed.add(container);
  }

  /** @internal */
  changes(nameOf: (container: Container) => string): NetChange[] {
    for (const [container, copy] of this.#open) this.#close(container, copy);
    const changes: NetChange[] = [];
    for (const [container, tally] of this.#tallies) {
      const kind = container.kind === 'map' ? 'entry' : 'field';
      for (const [key, { before, after }] of tally.keyed) {
        if (Object.is(before, after)) continue;
        changes.push(new Change(kind, container, key, present(before), present(after), nameOf));
      }
      for (const [member, surplus] of tally.members) {
        for (let n = surplus; n > 0; n--)
          changes.push(new Change('member', container, undefined, undefined, member, nameOf));
        for (let n = surplus; n < 0; n++)
          changes.push(new Change('member', container, undefined, member, undefined, nameOf));
      }
    }
    for (const container of this.#freed) {
      changes.push(new Change('freed', container, undefined, 'live', 'freed', nameOf));
    }
    return changes;
  }

  /** Adds up what changed since the copy was taken. */
  #close(container: Container, before: readonly unknown[]): void {
    this.#open.delete(container);
    let tally = this.#tallies.get(container);
    if (tally === undefined) {
      tally = { keyed: new Map(), members: new Map() };
      this.#tallies.set(container, tally);
    }
    const after = container.copy();
    if (container.kind === 'object' || container.kind === 'map') {
      netKeys(tally, keysOf(container, before), keysOf(container, after));
    } else {
      for (const member of after) count(tally, member, 1);
      for (const member of before) count(tally, member, -1);
    }
  }
}

function present(value: unknown): unknown {
  return value === ABSENT ? undefined : value;
}

function count(tally: Tally, member: unknown, by: number): void {
  const total = (tally.members.get(member) ?? 0) + by;
  if (total === 0) tally.members.delete(member);
  else tally.members.set(member, total);
}

function keysOf(container: Container, contents: readonly unknown[]): Map<unknown, unknown> {
  const byKey = new Map<unknown, unknown>();
  if (container.kind === 'map') {
    for (let at = 0; at < contents.length; at += 2) byKey.set(contents[at], contents[at + 1]);
  } else {
    const keys = container.keys();
    for (let slot = 0; slot < contents.length; slot++) byKey.set(keys[slot], contents[slot]);
  }
  return byKey;
}

function netKeys(tally: Tally, before: Map<unknown, unknown>, after: Map<unknown, unknown>): void {
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const was = before.has(key) ? before.get(key) : ABSENT;
    const is = after.has(key) ? after.get(key) : ABSENT;
    const known = tally.keyed.get(key);
    if (Object.is(was, is)) continue;
    if (known === undefined) tally.keyed.set(key, { before: was, after: is });
    else known.after = is;
  }
}

class Change implements NetChange {
  readonly container: object;
  readonly #in: Container;
  readonly #nameOf: (container: Container) => string;

  constructor(
    readonly kind: NetChange['kind'],
    container: Container,
    readonly key: unknown,
    readonly before: unknown,
    readonly after: unknown,
    nameOf: (container: Container) => string,
  ) {
    this.container = container.face;
    this.#in = container;
    this.#nameOf = nameOf;
  }

  get path(): string {
    const name = this.#nameOf(this.#in);
    return this.kind === 'field' || this.kind === 'entry' ? name + this.#in.suffixOf(this.key) : name;
  }
}
