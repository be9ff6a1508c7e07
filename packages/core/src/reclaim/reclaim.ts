import {
  HANDLE,
  lockMap,
  MayBlock,
  OpKind,
  rwSemaphore,
  WaitQueue,
  type LockMap,
  type Op,
  type Restorable,
  type RwLock,
} from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import type { Gfp } from '../memory/gfp.js';
import type { MemoryPressure } from '../memory/memory-pressure.js';
import type { OomNotifier, Shrinker } from './shrinker.js';
import { shrinkNode, SWAP_CLUSTER_MAX } from './shrink-node.js';
import { shrinkSlab } from './shrink-slab.js';

/** The least urgent round. */
const DEF_PRIORITY = 12;

/**
 * Finds memory when it is short: in the thread that needs it, in kswapd, from shrinkers, and at last from those who asked
 * to be told.
 *
 * @kernel mm/vmscan.c
 * @since 0.1.0
 */
export class Reclaim implements MemoryPressure, Restorable {
  declare readonly [HANDLE]: true;
  /** For each node where kswapd waits. */
  private readonly waiting: WaitQueue[] = [];
  /** For each node the greatest order that kswapd was woken for; none without a buddy allocator. @kernel include/linux/mmzone.h kswapd_order */
  private readonly orders: number[] = [];
  private readonly shrinkers: Shrinker[] = [];
  private readonly notifiers: OomNotifier[] = [];
  /** Held for reading while shrinkers run. @kernel mm/vmscan.c shrinker_rwsem */
  private readonly shrinkerLock: RwLock;
  /** Held for reading while notifiers run. @kernel mm/oom_kill.c oom_notify_list */
  private readonly notifierLock: RwLock;
  /** Reclaim's place in the order of locks. @kernel mm/page_alloc.c __fs_reclaim_map */
  private readonly place: LockMap;
  private sealed = { shrinkers: this.shrinkers, notifiers: this.notifiers };

  constructor(
    private readonly kernel: Kernel,
    nodes: number,
  ) {
    const { machine } = kernel;
    for (let node = 0; node < nodes; node++)
      this.waiting.push(
        new WaitQueue(
          machine,
          machine.allocateWords(1, () => `kswapd of node ${node}`),
        ),
      );
    if (kernel.memory.settings !== null)
      for (let node = 0; node < nodes; node++)
        this.orders.push(machine.allocateWords(1, () => `order for kswapd of node ${node}`));
    this.shrinkerLock = machine.construct(() => rwSemaphore('shrinker_rwsem'));
    this.notifierLock = machine.construct(() => rwSemaphore('oom_notify_list'));
    this.place = machine.construct(() => lockMap('fs_reclaim'));
    if (machine.tracked) machine.addRestorable(this);
  }

  /** How many shrinkers and notifiers are registered. For reports. */
  get clients(): number {
    return this.shrinkers.length + this.notifiers.length;
  }

  /** Adds a cache that can give memory back. Never sleeps here. @kernel mm/vmscan.c register_shrinker */
  registerShrinker(shrinker: Shrinker): void {
    this.shrinkers.push(shrinker);
  }

  /**
   * Takes a cache out: nobody calls it from here on. A call may still run in another thread; wait for it with
   * {@link Reclaim.synchronizeShrinkers}.
   *
   * @kernel mm/vmscan.c unregister_shrinker
   */
  unregisterShrinker(shrinker: Shrinker): void {
    remove(this.shrinkers, shrinker);
  }

  /** Waits until no shrinker runs. May sleep. @kernel mm/vmscan.c synchronize_shrinkers */
  synchronizeShrinkers(): Op<void> {
    return this.kernel.machine.watchOp('synchronizeShrinkers()', this.synchronizeSteps());
  }

  private *synchronizeSteps(): Op<void> {
    yield* this.shrinkerLock.writeAcquire();
    yield* this.shrinkerLock.writeRelease();
  }

  /** Adds somebody who is told when memory is out, by priority. @kernel mm/oom_kill.c register_oom_notifier */
  registerOomNotifier(notifier: OomNotifier): void {
    this.notifiers.push(notifier);
    this.notifiers.sort((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
  }

  /**
   * Takes somebody out, once no notifier runs: afterwards it is not called and no call of it is under way. So the caller
   * must not hold a lock that a notifier takes. May sleep.
   *
   * @kernel mm/oom_kill.c unregister_oom_notifier
   */
  unregisterOomNotifier(notifier: OomNotifier): Op<void> {
    return this.kernel.machine.watchOp('unregisterOomNotifier()', this.unregisterSteps(notifier));
  }

  private *unregisterSteps(notifier: OomNotifier): Op<void> {
    yield* this.notifierLock.writeAcquire();
    remove(this.notifiers, notifier);
    yield* this.notifierLock.writeRelease();
  }

  /** The names of those who are registered, shrinkers first. For reports: whoever goes away takes himself out. */
  get registered(): string[] {
    return [...this.shrinkers, ...this.notifiers].map(({ name }) => name);
  }

  /** Where the kswapd of a node waits. */
  queueOf(node: number): WaitQueue {
    return this.waiting[node]!;
  }

  /** Wakes kswapd, if there is one, for a block of an order. Never sleeps. @kernel mm/vmscan.c wakeup_kswapd */
  *wakeKswapd(node: number, order: number): Op<void> {
    const { machine } = this.kernel;
    const at = this.orders[node];
    if (order > 0 && at !== undefined) {
      const asked: number = yield* machine.makeOp(OpKind.load, at, 0, 0);
      if (asked < order) yield* machine.makeOp(OpKind.store, at, order, 0);
    }
    yield* this.queueOf(node).wakeUp();
  }

  /** The greatest order that the kswapd of a node was woken for since the last time. Never sleeps. */
  *takeOrder(node: number): Op<number> {
    const at = this.orders[node];
    return at === undefined ? 0 : yield* this.kernel.machine.makeOp(OpKind.fetchAnd, at, 0, 0);
  }

  /**
   * Frees pages in the thread that needs them, by more and more urgent rounds. Such a thread does not reclaim again inside,
   * and does not sleep on page locks in migration. May sleep.
   *
   * @kernel mm/vmscan.c try_to_free_pages
   * @returns How many it freed.
   */
  *directReclaim(node: number, _order: number, _gfp: Gfp): Op<number> {
    const thread = this.kernel.machine.current!;
    if (thread.inReclaim) return 0;
    this.kernel.vmstat.add('allocstall', 1);
    thread.inReclaim = true;
    // A machine of a few pages would not keep any if it went for as many as others do.
    const wanted = Math.min(SWAP_CLUSTER_MAX, Math.max(1, this.kernel.frames.count >> 6));
    let freed = 0;
    for (let priority = DEF_PRIORITY; priority >= 0 && freed < wanted; priority--) {
      const round = yield* this.round(node, priority);
      freed += round;
      // Nothing on the lists is worth another look of the same size.
      if (round === 0 && priority < DEF_PRIORITY && priority > 0) priority = 1;
    }
    thread.inReclaim = false;
    return freed;
  }

  /**
   * Whoever allocates and may sleep can get into reclaim, whether or not memory is short this time: so the locks that he
   * holds come before those that reclaim takes. Nobody waits here.
   *
   * @kernel include/linux/sched/mm.h might_alloc
   */
  mightReclaim(): void {
    if (!this.kernel.machine.current!.inReclaim) this.place.mightEnter();
  }

  /** One round of all nodes, the given one first. May sleep. */
  *round(first: number, priority: number): Op<number> {
    const { kernel } = this;
    let freed = 0;
    this.place.enter();
    for (let i = 0; i < this.waiting.length; i++) {
      const node = (first + i) % this.waiting.length;
      freed += yield* shrinkNode(kernel, node, priority);
      // Somebody registers or goes away: no need to wait, there is more to shrink.
      if (!(yield* this.shrinkerLock.tryReadAcquire())) continue;
      freed += yield* shrinkSlab(kernel, this.shrinkers, node, priority);
      yield* this.shrinkerLock.readRelease();
    }
    this.place.leave();
    return freed;
  }

  /**
   * Memory is out: asks those who wanted to be told. No process is killed here; whoever needed the memory gets none.
   * May sleep.
   *
   * @kernel mm/oom_kill.c out_of_memory
   * @returns Whether one of them freed something.
   */
  *outOfMemory(): Op<boolean> {
    const { machine } = this.kernel;
    let freed = 0;
    yield* this.notifierLock.readAcquire();
    for (const notifier of this.notifiers) {
      machine.enterScope('driver', `${notifier.name}.notify`, MayBlock.yes);
      freed += yield* notifier.notify();
      machine.leaveScope();
    }
    yield* this.notifierLock.readRelease();
    return freed > 0;
  }

  /** Remembers the present as the state before every execution. */
  seal(): void {
    this.sealed = { shrinkers: [...this.shrinkers], notifiers: [...this.notifiers] };
  }

  /** Back to the sealed state. */
  reset(): void {
    this.shrinkers.splice(0, this.shrinkers.length, ...this.sealed.shrinkers);
    this.notifiers.splice(0, this.notifiers.length, ...this.sealed.notifiers);
  }
}

function remove<T>(list: T[], item: T): void {
  const at = list.indexOf(item);
  if (at >= 0) list.splice(at, 1);
}

Object.defineProperty(Reclaim.prototype, HANDLE, { value: true });
