import { BitLock, HANDLE, MachineError, OpKind, type Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { PageWord } from './frame-table.js';
import { PageFlag } from './page-flags.js';

/**
 * A page frame, as drivers see it. One handle a frame, made on first use, so pages compare with `===`. Methods that give
 * an `Op` are steps that other threads can come between; the accessors are plain reads and writes, watched for races.
 *
 * @kernel include/linux/mm_types.h struct page
 * @since 0.1.0
 */
export class Page {
  declare readonly [HANDLE]: true;
  private readonly base: number;
  private readonly lockBit: BitLock;

  constructor(
    /** The kernel that the frame belongs to. */
    readonly kernel: Kernel,
    /** Page frame number. */
    readonly pfn: number,
  ) {
    this.base = kernel.frames.location(pfn, 0);
    this.lockBit = new BitLock(
      kernel.machine,
      this.base,
      PageFlag.locked,
      'sleep',
      'page lock',
      `page ${pfn} lock`,
    );
  }

  // ---- the page lock ------------------------------------------------------------------------------------------------

  /**
   * Takes the page lock. May sleep. Not recursive.
   *
   * @kernel mm/filemap.c __lock_page
   * @throws MachineError `MP_SLEEP_IN_ATOMIC`, `MP_SLEEP_IN_CALLBACK`, `MP_USE_AFTER_FREE`.
   */
  lock(): Op<void> {
    return this.kernel.machine.watchOp('page.lock()', this.lockSteps());
  }

  private *lockSteps(): Op<void> {
    this.kernel.machine.mightSleep(`page ${this.pfn} lock`, false);
    this.kernel.machine.mightLock(this.lockBit.lock);
    if (yield* this.tryLock()) return;
    yield* this.setFlags(PageFlag.waiters);
    yield* this.lockBit.acquire();
  }

  /**
   * Takes the page lock if it is free; gives whether it did. Never sleeps.
   *
   * @kernel include/linux/pagemap.h trylock_page
   * @throws MachineError `MP_USE_AFTER_FREE`.
   */
  tryLock(): Op<boolean> {
    this.assertLive('lock');
    return this.lockBit.tryAcquire();
  }

  /**
   * Drops the page lock and lets its waiters go on. Never sleeps.
   *
   * @kernel mm/filemap.c unlock_page
   * @throws MachineError `MP_UNLOCK_NOT_HELD`, `MP_PINNED_LOCK_DROPPED`.
   */
  unlock(): Op<void> {
    return this.kernel.machine.watchOp('page.unlock()', this.unlockSteps());
  }

  private *unlockSteps(): Op<void> {
    yield* this.lockBit.release();
    if ((this.peekFlags() & PageFlag.waiters) === 0) return;
    yield* this.clearFlags(PageFlag.waiters);
    // Lockers wait for the bit itself; those who are queued, for being woken.
    if (this.hasQueue()) yield* this.kernel.machine.makeOp(OpKind.wake, this.base, 0, 0);
  }

  /** Whether a thread is queued on the page. A look inside the step on the word that the queue belongs to. */
  private hasQueue(): boolean {
    const { threads, threadCount } = this.kernel.machine;
    for (let i = 0; i < threadCount; i++) if (threads[i]!.waitLoc === this.base) return true;
    return false;
  }

  /**
   * Waits until nobody holds the page lock, without taking it. The caller must hold a reference. May sleep.
   *
   * @kernel mm/filemap.c wait_on_page_locked
   */
  waitUntilUnlocked(): Op<void> {
    return this.kernel.machine.watchOp('page.waitUntilUnlocked()', this.waitUntilUnlockedSteps());
  }

  private *waitUntilUnlockedSteps(): Op<void> {
    const machine = this.kernel.machine;
    machine.mightSleep(`wait for page ${this.pfn} lock`, false);
    machine.mightLock(this.lockBit.lock);
    yield* machine.makeWait(OpKind.awaitEqual, this.base, PageFlag.locked, 0, 0, 0);
  }

  /**
   * Waits until the page is not under writeback. May sleep.
   *
   * @kernel mm/page-writeback.c wait_on_page_writeback
   */
  *waitForWriteback(): Op<void> {
    const { machine } = this.kernel;
    machine.mightSleep(`wait for writeback of page ${this.pfn}`, true);
    yield* machine.makeWait(OpKind.awaitEqual, this.base, PageFlag.writeback, 0, 0, 0);
  }

  /** Whether the running thread holds the page lock. */
  lockedByMe(): boolean {
    const thread = this.kernel.machine.current;
    return thread !== null && thread.held.some((held) => held.lock === this.lockBit.lock);
  }

  // ---- references ---------------------------------------------------------------------------------------------------

  /**
   * Takes a reference on a page that the caller knows to be live. Never sleeps.
   *
   * @kernel include/linux/mm.h get_page
   * @throws MachineError `MP_USE_AFTER_FREE` if its count was 0.
   */
  get(): Op<void> {
    return this.kernel.machine.watchOp('page.get()', this.getSteps());
  }

  private *getSteps(): Op<void> {
    const old = yield* this.addToRefCount(1);
    if (old <= 0) this.kernel.reportUseAfterFree(this, 'a reference is taken');
    this.kernel.machine.noteReference(this.base + PageWord.refCount, 1);
  }

  /**
   * Takes a reference unless the page is free or frozen; gives whether it did. For those who do not hold one. Never
   * sleeps.
   *
   * @kernel include/linux/mm.h get_page_unless_zero
   */
  tryGet(): Op<boolean> {
    return this.kernel.machine.watchOp('page.tryGet()', this.tryGetSteps());
  }

  private *tryGetSteps(): Op<boolean> {
    const machine = this.kernel.machine;
    const taken = yield* machine.makeOp(
      OpKind.incrementUnlessZero,
      this.base + PageWord.refCount,
      0,
      0,
    ) as Op<boolean>;
    if (taken) machine.noteReference(this.base + PageWord.refCount, 1);
    return taken;
  }

  /**
   * Drops a reference; the last one frees the page. Never sleeps.
   *
   * @kernel include/linux/mm.h put_page
   * @throws MachineError `MP_COUNTER_UNDERFLOW`, `MP_BAD_PAGE` (freed in a state it must not be in).
   */
  put(): Op<void> {
    return this.kernel.machine.watchOp('page.put()', this.putSteps());
  }

  private *putSteps(): Op<void> {
    if (yield* this.putTest()) yield* this.free();
  }

  /** @internal Frees the page, whose last reference is gone. */
  *free(): Op<void> {
    // Without a reference nobody else can change it: a look is enough.
    if (this.kernel.lru.holds(this)) yield* this.kernel.lru.release(this);
    yield* this.kernel.allocator.freePage(this);
  }

  /**
   * @internal Drops a reference; gives whether it was the last. The caller frees the page then.
   * @kernel include/linux/mm.h put_page_testzero
   * @throws MachineError `MP_COUNTER_UNDERFLOW`.
   */
  *putTest(): Op<boolean> {
    const old = yield* this.addToRefCount(-1);
    if (old <= 0) {
      this.kernel.machine.misuse(
        new MachineError(
          'MP_COUNTER_UNDERFLOW',
          `a reference of page ${this.pfn} is dropped, which has none; every put needs a get of its own`,
          {
            subject: `page ${this.pfn} refCount`,
            here: this.kernel.machine.site(),
            location: this.base + PageWord.refCount,
            expected: 'a reference count above 0',
            received: String(old),
          },
        ),
      );
    }
    this.kernel.machine.noteReference(this.base + PageWord.refCount, -1);
    return old === 1;
  }

  /** The reference count as it is. For reports and for the VM's own step; not tracked. */
  get refCount(): number {
    return this.kernel.frames.peek(this.pfn, PageWord.refCount);
  }

  /** Reads the reference count. Never sleeps. @kernel include/linux/page_ref.h page_count */
  readRefCount(): Op<number> {
    return this.kernel.machine.makeOp(OpKind.load, this.base + PageWord.refCount, 0, 0);
  }

  private addToRefCount(delta: number): Op<number> {
    return this.kernel.machine.makeOp(OpKind.fetchAdd, this.base + PageWord.refCount, delta, 0);
  }

  // ---- flags and words ----------------------------------------------------------------------------------------------

  /** Reads the flags word. Never sleeps. */
  readFlags(): Op<number> {
    return this.kernel.machine.makeOp(OpKind.load, this.base, 0, 0);
  }

  /** Sets flag bits atomically; gives the old word. Never sleeps. */
  setFlags(bits: number): Op<number> {
    return this.kernel.machine.makeOp(OpKind.fetchOr, this.base, bits, 0);
  }

  /** Clears flag bits atomically; gives the old word. Never sleeps. */
  clearFlags(bits: number): Op<number> {
    return this.kernel.machine.makeOp(OpKind.fetchAnd, this.base, ~bits, 0);
  }

  /** The flags as they are. For reports and for the VM's own step; not tracked. */
  peekFlags(): number {
    return this.kernel.frames.peek(this.pfn, PageWord.flags);
  }

  /** The `private` word, the driver's to use while it owns the page. Must be 0 when the driver lets go of the page. */
  get private(): number {
    this.assertLive('private is read');
    return this.kernel.machine.readWord(this.base + PageWord.private);
  }

  /** Writes the `private` word: a plain access. */
  set private(value: number) {
    this.assertLive('private is written');
    this.kernel.machine.writeWord(this.base + PageWord.private, value);
  }

  /** The `index` word. */
  get index(): number {
    this.assertLive('index is read');
    return this.kernel.machine.readWord(this.base + PageWord.index);
  }

  /** Writes the `index` word: a plain access. */
  set index(value: number) {
    this.assertLive('index is written');
    this.kernel.machine.writeWord(this.base + PageWord.index, value);
  }

  /** The node that the frame lies on. */
  get node(): number {
    return this.kernel.allocator.nodeOf(this.pfn);
  }

  // ---- contents -----------------------------------------------------------------------------------------------------

  /**
   * Reads the 32-bit word `index` of the contents: a plain access.
   *
   * @throws MachineError `MP_USE_AFTER_FREE`, `MP_PARAMETER` (no such word).
   */
  readWord(index: number): number {
    this.assertLive('contents are read');
    this.assertWord(index);
    return this.kernel.contents.read(this.pfn, index);
  }

  /**
   * Writes the 32-bit word `index` of the contents: a plain access.
   *
   * @throws MachineError `MP_USE_AFTER_FREE`, `MP_PARAMETER` (no such word).
   */
  writeWord(index: number, value: number): void {
    this.assertLive('contents are written');
    this.assertWord(index);
    this.kernel.contents.write(this.pfn, index, value);
  }

  private assertWord(index: number): void {
    const words = this.kernel.contents.pageWords;
    // A fraction fails the comparison, and so does what is no number.
    if (index >>> 0 === index && index < words) return;
    this.kernel.machine.misuse(
      new MachineError(
        'MP_PARAMETER',
        `${this} has no word ${index}; it has words 0 to ${words - 1}, go on in the next page`,
        { subject: 'word of a page', here: this.kernel.machine.site(), received: String(index) },
      ),
    );
  }

  /** @internal Reports a use of the page while it is free. */
  assertLive(what: string): void {
    if (this.kernel.machine.tracked && this.refCount === 0) this.kernel.reportUseAfterFree(this, what);
  }

  /** `page 3`. */
  toString(): string {
    return `page ${this.pfn}`;
  }
}

Object.defineProperty(Page.prototype, HANDLE, { value: true });
