import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { ZoneWord } from '../memory/zone.js';
import { resetIsolationSuitable } from './cached-positions.js';

/**
 * What kswapd does for its node once it has nothing left to reclaim: takes back the rise of the marks, and has compaction
 * look at all blocks again if somebody compacted in vain. Nothing in a machine without a buddy allocator. Never sleeps.
 *
 * @kernel mm/vmscan.c kswapd_try_to_sleep, mm/compaction.c reset_isolation_suitable
 * @since 0.1.0
 */
export function* settleAfterReclaim(kernel: Kernel, node: number): Op<void> {
  if (kernel.memory.settings === null) return;
  for (const zone of kernel.memory.nodes[node]!.zones) {
    yield* zone.step();
    zone.poke(ZoneWord.boost, 0);
    if ((yield* zone.read(ZoneWord.skipFlush)) === 0) continue;
    yield* zone.write(ZoneWord.skipFlush, 0);
    yield* resetIsolationSuitable(kernel, zone);
  }
}
