import { readObject, writeObject, type ObjectPlace } from './object-place.js';
import type { Zspage } from './zspage.js';

/**
 * What a user will do with an object while it is mapped.
 *
 * @kernel include/linux/zsmalloc.h enum zs_mapmode
 * @since 0.1.0
 */
export const MapMode = { readWrite: 0, readOnly: 1, writeOnly: 2 } as const;

/** One of {@link MapMode}. @since 0.1.0 */
export type MapMode = (typeof MapMode)[keyof typeof MapMode];

/**
 * An object that its user can reach at, as 32-bit words. If it spans two pages, what he reaches at is a copy: made when it
 * was mapped unless it was to be written only, written back when it is unmapped unless it was to be read only.
 *
 * @kernel mm/zsmalloc.c struct mapping_area
 * @since 0.1.0
 */
export class MappedObject {
  private readonly buffer: Int32Array | null;

  /** @internal Made by `ZsPool.map`. */
  constructor(
    /** @internal The zspage that is locked for reading meanwhile. */
    readonly zspage: Zspage,
    private readonly place: ObjectPlace,
    /** Words in front of those that are the user's. */
    private readonly skip: number,
    /** How many words the user has. */
    readonly length: number,
    private readonly mode: MapMode,
  ) {
    this.buffer = place.next === null ? null : new Int32Array(length);
    if (this.buffer === null || mode === MapMode.writeOnly) return;
    for (let at = 0; at < length; at++) this.buffer[at] = readObject(place, skip + at);
  }

  /** A word of the object: a plain read. @throws RangeError if the object has no such word. */
  read(at: number): number {
    this.check(at);
    return this.buffer === null ? readObject(this.place, this.skip + at) : this.buffer[at]!;
  }

  /** Writes a word of the object: a plain write. @throws RangeError if the object has no such word. */
  write(at: number, value: number): void {
    this.check(at);
    if (this.buffer === null) writeObject(this.place, this.skip + at, value);
    else this.buffer[at] = value;
  }

  /** @internal Writes back what was written into the copy. @kernel mm/zsmalloc.c __zs_unmap_object */
  writeBack(): void {
    if (this.buffer === null || this.mode === MapMode.readOnly) return;
    for (let at = 0; at < this.length; at++) writeObject(this.place, this.skip + at, this.buffer[at]!);
  }

  private check(at: number): void {
    if (!(at >= 0 && at < this.length))
      throw new RangeError(`word ${at} of an object of ${this.length} words`);
  }
}
