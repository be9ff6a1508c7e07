import { BitLock, HANDLE, Word, type KernelService, type Op } from '@movable-pages/core';

/** The machine of a kernel. */
type Machine = KernelService['machine'];

/** Bit 0 of a handle's word: somebody has the object pinned. @kernel mm/zsmalloc.c HANDLE_PIN_BIT */
const PIN = 1;
/** Above the pin the number of the object in its zspage, above that the page in which it begins. */
const INDEX_SHIFT = 1;
const INDEX_BITS = 10;
const INDEX_MASK = (1 << INDEX_BITS) - 1;
const PFN_SHIFT = INDEX_SHIFT + INDEX_BITS;

/** Marks a header as that of an object that is in use. @kernel mm/zsmalloc.c OBJ_ALLOCATED_TAG */
const ALLOCATED = 1;

/**
 * What a user holds of an object: the address of a word that says where the object is. Because of this indirection the
 * object can move. Bit 0 of the word is a lock, the pin: whoever holds it keeps the object where it is.
 *
 * @kernel mm/zsmalloc.c handle_to_obj, record_obj, pin_tag
 * @since 0.1.0
 */
export class ZsHandle {
  declare readonly [HANDLE]: true;
  private readonly pinBit: BitLock;
  private readonly word: Word;

  constructor(
    private readonly machine: Machine,
    /** The address of the word. */
    readonly address: number,
  ) {
    this.word = new Word(machine, address);
    this.pinBit = new BitLock(machine, address, PIN, 'spin', 'zs_handle pin', `pin of handle ${address}`);
  }

  /** Keeps the object where it is. Spins; never sleeps. @kernel mm/zsmalloc.c pin_tag */
  pin(): Op<void> {
    return this.pinBit.acquire();
  }

  /** Pins unless somebody else has. Never sleeps. @kernel mm/zsmalloc.c trypin_tag */
  tryPin(): Op<boolean> {
    return this.pinBit.tryAcquire();
  }

  /** Ends a pin. Never sleeps. @kernel mm/zsmalloc.c unpin_tag */
  unpin(): Op<void> {
    return this.pinBit.release();
  }

  /** The page in which the object begins. Locks: the pin. @kernel mm/zsmalloc.c obj_to_location */
  get pfn(): number {
    return this.machine.readWord(this.address) >>> PFN_SHIFT;
  }

  /** The number of the object in its zspage. Locks: the pin. @kernel mm/zsmalloc.c obj_to_location */
  get index(): number {
    return (this.machine.readWord(this.address) >>> INDEX_SHIFT) & INDEX_MASK;
  }

  /**
   * Says where the object is from now on. Others may try the pin meanwhile, so this is one step, not a plain write. Never
   * sleeps.
   *
   * Locks: the pin; or none, while the handle is new.
   *
   * @kernel mm/zsmalloc.c record_obj
   */
  record(pfn: number, index: number, pinned: boolean): Op<void> {
    return this.word.store((pfn << PFN_SHIFT) | (index << INDEX_SHIFT) | (pinned ? PIN : 0));
  }

  /** What stands in front of the object. */
  get header(): number {
    return (this.address << 1) | ALLOCATED;
  }
}

Object.defineProperty(ZsHandle.prototype, HANDLE, { value: true });
