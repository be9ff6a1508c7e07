import type { Op } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import { checkBuddy } from '../memory/check-buddy.js';
import { checkNode } from '../memory/check-node.js';
import { MigrateType } from '../memory/migrate-type.js';
import { MigrateMode } from '../migrate/migrate-mode.js';
import { CompactControl } from './compact-control.js';
import { compactZone } from './compact-zone.js';

/**
 * Compacts all zones of a node as far as can be, as a write to `/sys/devices/system/node/node0/compact` does. May sleep.
 *
 * @kernel mm/compaction.c compact_node
 * @throws MachineError `MP_PARAMETER` (no such node, or no buddy allocator).
 * @since 0.1.0
 */
export function* compactNode(kernel: Kernel, node: number): Op<void> {
  checkBuddy(kernel, 'compaction');
  checkNode(kernel, node);
  yield* kernel.lru.drainAll();
  for (const zone of kernel.memory.nodes[node]!.zones) {
    const cc = new CompactControl(kernel, zone, {
      order: -1,
      mode: MigrateMode.sync,
      migrateType: MigrateType.movable,
      wholeZone: true,
      ignoreSkipHint: true,
    });
    yield* compactZone(cc);
    cc.dispose();
  }
}

/**
 * Compacts all nodes, as a write to `/proc/sys/vm/compact_memory` does. May sleep.
 *
 * @kernel mm/compaction.c compact_nodes
 * @throws MachineError `MP_PARAMETER`: no buddy allocator.
 * @since 0.1.0
 */
export function* compactMemory(kernel: Kernel): Op<void> {
  for (const { id } of kernel.memory.nodes) yield* compactNode(kernel, id);
}
