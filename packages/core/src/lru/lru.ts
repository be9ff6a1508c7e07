import { HANDLE, OpKind, type Op, type SpinLock } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { vmSpinLock } from '../locks.js';
import { PageFlag } from '../memory/page-flags.js';
import type { PageList } from '../memory/page-list.js';
import type { Page } from '../memory/page.js';
import { ADD_CACHE_WORDS, AddCache } from './add-cache.js';
import { LRU_NAMES, lruListOf, type LruList } from './lru-list.js';

/** Words of a page list's head. */
const HEAD_WORDS = 3;

/** The lists of a node and the lock of their links. */
interface LruNode {
  readonly lock: SpinLock;
  readonly lists: readonly PageList[];
}

/** Words that the lists and caches take. */
export function lruWords(nodes: number, cpus: number): number {
  return 1 + nodes * (LRU_NAMES.length * HEAD_WORDS + 1) + cpus * ADD_CACHE_WORDS;
}

/**
 * The pages that reclaim may look at, by node and by how recently they were used, and the caches through which pages get
 * onto these lists.
 *
 * @kernel mm/swap.c, include/linux/mmzone.h struct lruvec
 * @since 0.1.0
 */
export class Lru {
  declare readonly [HANDLE]: true;
  private readonly nodes: LruNode[] = [];
  private readonly caches: AddCache[] = [];
  /** How many want the add caches unused; -1: nobody can want that. @kernel mm/swap.c lru_disable_count */
  private readonly disabledWord: number;

  constructor(
    private readonly kernel: Kernel,
    nodes: number,
    cpus: number,
  ) {
    for (let node = 0; node < nodes; node++) {
      this.nodes.push({
        lock: vmSpinLock(kernel.machine, 'lru_lock', `node ${node} lru_lock`),
        lists: LRU_NAMES.map((name) => kernel.lists.create(`node ${node} ${name}`, 'vm')),
      });
    }
    for (let cpu = 0; cpu < cpus; cpu++) this.caches.push(new AddCache(kernel, cpu));
    // Only those who empty page blocks do.
    const mayBeDisabled = kernel.memory.settings !== null && kernel.profile.disablesAddCache;
    this.disabledWord = mayBeDisabled ? kernel.machine.allocateWords(1, () => 'lru add caches off') : -1;
  }

  /** A list of a node. Its links are guarded by {@link Lru.lockOf}. */
  list(node: number, list: LruList): PageList {
    return this.nodes[node]!.lists[list]!;
  }

  /** The lock of a node's lists. */
  lockOf(node: number): SpinLock {
    return this.nodes[node]!.lock;
  }

  /**
   * Puts a page into the add cache of this processor, with a reference of the cache's own; a cache that is full, or not to
   * be used, is drained. Never sleeps.
   *
   * @kernel mm/swap.c lru_cache_add
   */
  *cacheAdd(page: Page): Op<void> {
    yield* page.get();
    const cache = this.caches[this.kernel.allocator.cpu()]!;
    yield* cache.lock.acquire();
    if (cache.push(page) || (yield* this.isDisabled())) yield* this.drainLocked(cache);
    yield* cache.lock.release();
  }

  /** Drains the add cache of this processor. Never sleeps. @kernel mm/swap.c lru_add_drain */
  *drain(): Op<void> {
    yield* this.drainCache(this.caches[this.kernel.allocator.cpu()]!);
  }

  /**
   * Drains the add caches of all processors, so that what was added before can be isolated. Sleeps in the kernel.
   *
   * @kernel mm/swap.c lru_add_drain_all
   */
  *drainAll(): Op<void> {
    this.kernel.machine.mightSleep('draining of all lru add caches', false);
    for (const cache of this.caches) yield* this.drainCache(cache);
  }

  /**
   * Makes that what was added can be isolated: drains the add caches of all processors, and in profiles that do so keeps
   * them empty until {@link Lru.cacheEnable}. Sleeps in the kernel.
   *
   * @kernel mm/swap.c lru_cache_disable, mm/migrate.c migrate_prep
   */
  *cacheDisable(): Op<void> {
    yield* this.countDisabled(1);
    yield* this.drainAll();
  }

  /** Ends {@link Lru.cacheDisable}. Never sleeps. @kernel include/linux/swap.h lru_cache_enable */
  *cacheEnable(): Op<void> {
    yield* this.countDisabled(-1);
  }

  private *countDisabled(by: 1 | -1): Op<void> {
    const { machine } = this.kernel;
    if (this.disabledWord >= 0) yield* machine.makeOp(OpKind.fetchAdd, this.disabledWord, by, 0);
  }

  /** Asked with the lock of a cache held: whoever disables it drains it afterwards. */
  private *isDisabled(): Op<boolean> {
    if (this.disabledWord < 0) return false;
    const count: number = yield* this.kernel.machine.makeOp(OpKind.load, this.disabledWord, 0, 0);
    return count > 0;
  }

  /**
   * Takes a page off the list that its flags name. The caller has cleared `PG_lru` itself, which makes it the only one.
   * Never sleeps.
   */
  *takeOff(page: Page): Op<void> {
    const { lock, lists } = this.nodes[page.node]!;
    yield* lock.acquire();
    lists[lruListOf(page.peekFlags())]!.remove(page);
    yield* lock.release();
  }

  /**
   * Takes a page whose last reference is gone off its list, before it is freed. Never sleeps.
   *
   * @kernel mm/swap.c __page_cache_release
   */
  *release(page: Page): Op<void> {
    const { lock, lists } = this.nodes[page.node]!;
    yield* lock.acquire();
    lists[lruListOf(page.peekFlags())]!.remove(page);
    yield* page.clearFlags(PageFlag.lru | PageFlag.active | PageFlag.unevictable | PageFlag.mlocked);
    yield* lock.release();
  }

  /** Whether a page is on a list of its node, as far as a tracked machine knows; an untracked one believes `PG_lru`. */
  holds(page: Page): boolean {
    if ((page.peekFlags() & PageFlag.lru) === 0) return false;
    if (!this.kernel.machine.tracked) return true;
    const list = this.kernel.lists.listOf(page.pfn);
    return list !== null && this.nodes[page.node]!.lists.includes(list);
  }

  /** The pages that are in add caches. For reports; not tracked. */
  peekCached(): Page[] {
    return this.caches.flatMap((cache) => cache.peek());
  }

  private *drainCache(cache: AddCache): Op<void> {
    yield* cache.lock.acquire();
    yield* this.drainLocked(cache);
    yield* cache.lock.release();
  }

  private *drainLocked(cache: AddCache): Op<void> {
    const pages = cache.takeAll();
    let node = -1;
    for (const page of pages) {
      if (page.node !== node) {
        if (node >= 0) yield* this.lockOf(node).release();
        node = page.node;
        yield* this.lockOf(node).acquire();
      }
      yield* this.addLocked(page);
    }
    if (node >= 0) yield* this.lockOf(node).release();
    for (const page of pages) yield* page.put();
  }

  /** @kernel mm/swap.c __pagevec_lru_add_fn */
  private *addLocked(page: Page): Op<void> {
    // Whoever takes PG_mlocked off after this finds the page on a list, and moves it himself.
    let flags = yield* page.setFlags(PageFlag.lru);
    if ((flags & PageFlag.mlocked) !== 0) {
      if ((flags & PageFlag.active) !== 0) yield* page.clearFlags(PageFlag.active);
      if ((flags & PageFlag.unevictable) === 0) {
        yield* page.setFlags(PageFlag.unevictable);
        this.kernel.vmstat.add('unevictable_pgs_culled', 1);
      }
      flags |= PageFlag.unevictable;
    } else if ((flags & PageFlag.unevictable) !== 0) {
      yield* page.clearFlags(PageFlag.unevictable);
      this.kernel.vmstat.add('unevictable_pgs_rescued', 1);
      flags &= ~PageFlag.unevictable;
    }
    this.list(page.node, lruListOf(flags)).add(page);
  }
}

Object.defineProperty(Lru.prototype, HANDLE, { value: true });
