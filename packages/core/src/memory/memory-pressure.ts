import type { Op } from '@movable-pages/machine';
import type { Gfp } from './gfp.js';

/**
 * Who finds memory when there is none: reclaim. The allocator asks it if it is there.
 *
 * @since 0.1.0
 */
export interface MemoryPressure {
  /** A node is below its low mark. Never sleeps. @kernel mm/vmscan.c wakeup_kswapd */
  wakeKswapd(node: number, order: number): Op<void>;
  /** Frees pages in the thread that needs them. May sleep. Gives how many. @kernel mm/vmscan.c try_to_free_pages */
  directReclaim(node: number, order: number, gfp: Gfp): Op<number>;
  /** Nothing could be freed. Gives whether it is worth trying again. @kernel mm/oom_kill.c out_of_memory */
  outOfMemory(node: number, order: number, gfp: Gfp): Op<boolean>;
}
