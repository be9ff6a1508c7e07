/**
 * What kind of lock: spinning locks forbid sleeping while held, sleeping locks must be taken where sleeping is allowed,
 * bit locks of pages are sleeping locks without an owner word. A map is no lock at all: it stands in the order of locks
 * for a place in the code ({@link LockMap}).
 *
 * @since 0.1.0
 */
export type LockKind = 'spin' | 'sleep' | 'map';

/**
 * The descriptor of a lock: a location, the bits that must be clear to take it and what taking it adds. Every lock of
 * the machine is one of these; two modes of a reader-writer lock are two descriptors on one location.
 *
 * @since 0.1.0
 */
export class Lock {
  constructor(
    /** The word. */
    readonly location: number,
    /** Bits that must be 0 for it to be free. */
    readonly mask: number,
    /** Added on acquire, subtracted on release. */
    readonly unit: number,
    readonly kind: LockKind,
    /** Lock class: locks of one class obey one order. */
    readonly lockClass: string,
    /** This very lock, for reports. */
    readonly name: string,
    /** A shared (reader) mode. */
    readonly shared: boolean,
    /** It has a reader mode, whether or not this is it. */
    readonly hasReaders = shared,
  ) {}
}

/** The class that a lock of a class has at a depth of nesting: `inode`, `inode/1`. */
export function nestedClass(lockClass: string, subclass: number): string {
  return subclass === 0 ? lockClass : `${lockClass}/${subclass}`;
}
