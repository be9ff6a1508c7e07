import { freeBlockCounts } from '../compact/fragmentation.js';
import type { Kernel } from '../kernel.js';
import { zonesWithBlocks } from './zones-with-blocks.js';

/**
 * The text of `/proc/buddyinfo`: for each zone how many blocks of each order are free.
 *
 * @kernel mm/vmstat.c frag_show_print
 * @throws MachineError `MP_PARAMETER` in a machine without a buddy allocator.
 * @since 0.1.0
 */
export function formatBuddyinfo(kernel: Kernel): string {
  return zonesWithBlocks(kernel)
    .map((zone) => {
      const counts = freeBlockCounts(zone).map((count) => `${String(count).padStart(6)} `);
      return `Node ${zone.node}, zone ${zone.name.padStart(8)} ${counts.join('')}\n`;
    })
    .join('');
}
