import { HANDLE, type KernelService } from '@movable-pages/core';
import { ZsHandle } from './handle.js';

/** A header is the address of a handle's word, shifted by one for the tag. */
const TAG_BITS = 1;

/**
 * Where the words of handles come from.
 *
 * @kernel mm/zsmalloc.c cache_alloc_handle, cache_free_handle
 */
export class HandleCache {
  declare readonly [HANDLE]: true;
  /** One object an address, made on first use: it says what the address is and nothing that changes. */
  private readonly known = new Map<number, ZsHandle>();

  constructor(private readonly machine: KernelService['machine']) {}

  /** A new handle, which leads nowhere yet. Never sleeps. */
  alloc(): ZsHandle {
    return this.at(this.machine.allocateWords(1, () => 'zs_handle'));
  }

  /** Takes a handle back: any later use of its word is found. Nobody may know it any more. Never sleeps. */
  free(handle: ZsHandle): void {
    this.machine.releaseWords(handle.address, 1, 'the object was freed');
  }

  /** The handle that a header names, or null if the object in front of which it stands is free. */
  fromHeader(header: number): ZsHandle | null {
    return (header & 1) === 0 ? null : this.at(header >>> TAG_BITS);
  }

  private at(address: number): ZsHandle {
    let handle = this.known.get(address);
    if (handle === undefined) this.known.set(address, (handle = new ZsHandle(this.machine, address)));
    return handle;
  }
}

Object.defineProperty(HandleCache.prototype, HANDLE, { value: true });
