import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { buildDriver, definitionOf, Kernel, type Op } from '@movable-pages/core';
import { MapMode, ZsmallocDriver, type ZsHandle, type ZsPool } from '@movable-pages/driver-zsmalloc';
import { runDirect } from '@movable-pages/machine';

/** Bytes of a block, and of a page. */
export const BLOCK_SIZE = 4096;

/** Where the bytes of a block are: nowhere if it is one word over and over, else in the pool. */
type Slot =
  | { readonly word: number }
  | { readonly handle: ZsHandle; readonly length: number; readonly compressed: boolean };

/** What a disk holds and what that costs. */
export interface Usage {
  /** Blocks that were written, in bytes. */
  readonly stored: number;
  /** Bytes that they came to when compressed. */
  readonly compressed: number;
  /** Pages of the pool. */
  readonly pages: number;
}

/**
 * A disk of blocks that are kept compressed in memory, like zram. Compressing is ordinary code; the kernel is only asked
 * for memory and given bytes, under the direct executor: one thing after another, as fast as it goes.
 */
export class CompressedRamDisk {
  readonly kernel: Kernel;
  readonly pool: ZsPool;
  private readonly slots = new Map<number, Slot>();

  /** A disk that lives in `pages` pages of memory. */
  constructor(pages: number) {
    // Handles and zspages take a word each, and a page holds 128 objects at most.
    this.kernel = new Kernel({
      nodes: [pages],
      pageSize: BLOCK_SIZE,
      tracked: false,
      spareWords: 256 * pages,
    });
    const { driver } = buildDriver(this.kernel, definitionOf(ZsmallocDriver)!);
    this.pool = (driver as ZsmallocDriver).pool;
    this.kernel.machine.seal();
  }

  /** Writes a block. Throws if there is no memory for it; what was there before is there still. */
  write(block: number, data: Uint8Array): void {
    if (data.length !== BLOCK_SIZE)
      throw new RangeError(`a block has ${BLOCK_SIZE} bytes, not ${data.length}`);
    const slot = this.store(block, data);
    this.discard(block);
    this.slots.set(block, slot);
  }

  /** Reads a block; one that was never written is all zeros. */
  read(block: number): Uint8Array {
    const slot = this.slots.get(block) ?? { word: 0 };
    if ('word' in slot) return new Uint8Array(new Int32Array(BLOCK_SIZE / 4).fill(slot.word).buffer);
    const words = new Int32Array((slot.length + 3) >> 2);
    const { pool } = this;
    this.run(function* () {
      const object = yield* pool.map(slot.handle, MapMode.readOnly);
      for (let at = 0; at < words.length; at++) words[at] = object.read(at);
      yield* pool.unmap(slot.handle, object);
    });
    const bytes = new Uint8Array(words.buffer, 0, slot.length);
    return slot.compressed ? new Uint8Array(inflateRawSync(bytes)) : bytes;
  }

  /** Forgets a block. */
  discard(block: number): void {
    const slot = this.slots.get(block);
    if (slot !== undefined && 'handle' in slot) this.run(() => this.pool.free(slot.handle));
    this.slots.delete(block);
  }

  /** Runs something in the kernel of the disk. */
  run<T>(body: () => Op<T>): T {
    return runDirect(this.kernel.machine, body).value;
  }

  /** What the disk holds now. */
  get usage(): Usage {
    let compressed = 0;
    for (const slot of this.slots.values()) compressed += 'length' in slot ? slot.length : 4;
    return { stored: this.slots.size * BLOCK_SIZE, compressed, pages: this.pool.totalPages };
  }

  private store(block: number, data: Uint8Array): Slot {
    const words = new Int32Array(data.slice().buffer);
    if (words.every((word) => word === words[0])) return { word: words[0]! };
    const deflated = deflateRawSync(data, { level: 1 });
    // From this size on an object has a page to itself anyway: then it may as well be read without inflating.
    const compressed = deflated.length < this.pool.hugeClassSize;
    const bytes = compressed ? deflated : data;
    const handle = this.put(bytes);
    if (handle === null) throw new Error(`no memory is left for block ${block}`);
    return { handle, length: bytes.length, compressed };
  }

  /** Puts bytes into an object of their size. */
  private put(bytes: Uint8Array): ZsHandle | null {
    const words = new Int32Array((bytes.length + 3) >> 2);
    new Uint8Array(words.buffer).set(bytes);
    const { pool } = this;
    return this.run(function* () {
      const handle = yield* pool.malloc(bytes.length);
      if (handle === null) return null;
      const object = yield* pool.map(handle, MapMode.writeOnly);
      for (let at = 0; at < words.length; at++) object.write(at, words[at]!);
      yield* pool.unmap(handle, object);
      return handle;
    });
  }
}
