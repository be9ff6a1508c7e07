import { MachineError } from '../errors.js';
import type { SharedHost } from './host.js';

/** Reading this key of any tracked form yields its {@link Container}; of a stale literal, its marker. */
export const CONTAINER: unique symbol = Symbol.for('movable-pages.container');

/** The order of a Map or Set (size, iteration, coming and going of keys) as a key for `locationOf`. */
export const ORDER: unique symbol = Symbol.for('movable-pages.order');

export const LIVE = 0;
export const FREED = 1;
/** Made by an execution that has been undone. */
export const EXPIRED = 2;

/** What containers need from their space; kept apart so that neither file imports the other. */
export interface TrackingSpace {
  readonly host: SharedHost;
  /** Accesses are recorded. A copy of `host.sealed` that costs no call. */
  readonly sealed: boolean;
  /** Rises at seal, reset and mark: a container whose own stamp differs is written for the first time since. */
  readonly stamp: number;
  /** Number of the execution, 0 during construction. */
  readonly epoch: number;
  /** Saves what undo and the active marks need; called once a container a stamp. */
  firstWrite(container: Container): void;
  /** Enters a new container in the books and returns its serial number. */
  enter(container: Container): number;
  /** A container of construction got locations in this execution that a reset must forget. */
  grew(container: Container): void;
  /** Throws unless an object may be stored as it is; remembers where it was stored last. */
  admit(value: object, holder: Container, key: unknown): void;
  /** As {@link admit}, but takes in plain literals as `shared()` does. */
  takeIn(value: unknown, holder: Container, key: unknown): unknown;
  /** Throws if a key or member that is looked for is a literal that was passed to shared(): it can never be found. */
  checkLookup(value: unknown): void;
  /** The name of a container for messages. */
  nameOf(container: Container): string;
}

/** One thing a container holds, with the text that leads to it from the container's own name. */
export type Visit = (value: unknown, suffix: string) => void;

/**
 * The bookkeeping behind one tracked object, array, Map or Set. For objects and arrays it is the proxy handler itself,
 * so an access makes no closure and looks nothing up.
 */
export abstract class Container {
  abstract readonly kind: 'object' | 'array' | 'map' | 'set';
  /** The tracked form that programs hold: a proxy, or the retargeted Map or Set. */
  abstract readonly face: object;

  /** Which of LIVE, FREED, EXPIRED. */
  state = LIVE;
  /** Equal to `space.stamp` when nothing is left to save before a write. */
  stamp: number;
  /** Contents at the end of construction, copied at the first write after it. */
  initial: unknown[] | null = null;
  /** The digest of that, once it was asked for. */
  initialDigest: number | null = null;
  /** The execution in which it was last entered in the undo list. */
  touchedIn = 0;
  /** The execution that made it, 0 for construction. */
  readonly bornIn: number;
  readonly bornBy: string | null;
  /** The stack where it was made, while the host captures sites. */
  readonly bornAt: string | undefined;
  readonly serial: number;
  /** Where it was stored last, and in which execution: its name once nothing reaches it. */
  holder: Container | null = null;
  holderKey: unknown = undefined;
  holderEpoch = 0;
  /** Where construction stored it last. */
  homeHolder: Container | null = null;
  homeKey: unknown = undefined;
  freedBy: string | null = null;
  /** The stack of the free, while the host captures sites. */
  freedAt: string | undefined = undefined;

  constructor(readonly space: TrackingSpace) {
    this.stamp = space.stamp;
    this.bornIn = space.epoch;
    this.bornBy = space.host.currentThreadName();
    this.bornAt = space.sealed ? space.host.site?.() : undefined;
    this.serial = space.enter(this);
  }

  /** The contents as a flat list, in the form that `restore` takes. */
  abstract copy(): unknown[];
  /** Puts the contents back, order included, without recording anything. */
  abstract restore(contents: readonly unknown[]): void;
  /** Forgets the locations that were added since construction. */
  abstract forgetGrowth(): void;
  /** Records a write of every location. */
  abstract writeEverything(): void;
  /** The location of a key, or null if it has none. */
  abstract locationOf(key: unknown): number | null;
  /** The suffix of a location of this container (`.owner`, `[3]`, `.length`), or null if it is not its own. */
  abstract describeLocation(location: number): string | null;
  /** The raw value at one of its locations. */
  abstract valueAt(location: number): unknown;
  /** The suffix of a key. */
  abstract suffixOf(key: unknown): string;
  /** The keys of an object in slot order; nothing for the other kinds. */
  keys(): readonly PropertyKey[] {
    return [];
  }
  /** Something holds it now: a SharedObject takes no further fields. */
  closed(): void {
    // Only SharedObjects are ever open.
  }
  /** Calls back for everything held, without recording. */
  abstract visit(visit: Visit): void;

  /** Everything that must happen before contents change, but for recording the access. */
  protected dirty(): void {
    if (this.stamp !== this.space.stamp) this.space.firstWrite(this);
  }

  protected record(location: number, write: boolean): void {
    if (this.space.sealed) this.space.host.access(location, write);
  }

  /** The places of a misuse that follows the free: here, and where it was freed. */
  freeing(): { here: string | undefined; there: string | undefined; thereWhat: string } {
    return {
      here: this.space.host.site?.(),
      there: this.freedAt,
      thereWhat: `freed by ${this.freedBy ?? 'construction'}`,
    };
  }

  /** The access happened on a dead container: recorded first, because it may be a race as well. */
  dead(location: number | null, write: boolean): never {
    const { host } = this.space;
    const subject = this.space.nameOf(this);
    if (this.state === EXPIRED) {
      throw host.misuse(
        new MachineError(
          'MP_STALE_REFERENCE',
          `${subject} was made by an earlier execution, which has been undone. It was kept in a variable outside ` +
            `tracked state; keep it in a field of a shared() object instead.`,
          { subject },
        ),
      );
    }
    if (location !== null) this.record(location, write);
    const place = location === null ? subject : subject + (this.describeLocation(location) ?? '');
    throw host.misuse(
      new MachineError(
        'MP_USE_AFTER_FREE',
        `${place} was ${write ? 'written' : 'read'} by ${host.currentThreadName() ?? 'nobody'} after ` +
          `${subject} had been freed by ${this.freedBy ?? 'construction'}. Drop every reference before freeShared(), ` +
          `or free later.`,
        {
          subject,
          ...this.freeing(),
          ...(location === null ? {} : { location }),
        },
      ),
    );
  }
}

/** The container behind a value, or undefined. A stale literal yields its marker, which is no Container. */
export function containerOf(value: unknown): Container | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const found = (value as { [CONTAINER]?: unknown })[CONTAINER];
  return found instanceof Container ? found : undefined;
}
