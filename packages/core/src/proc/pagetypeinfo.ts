import type { Kernel } from '../kernel.js';
import { MIGRATE_TYPE_NAMES, type MigrateType } from '../memory/migrate-type.js';
import type { Zone } from '../memory/zone.js';
import { zonesWithBlocks } from './zones-with-blocks.js';

/**
 * The text of `/proc/pagetypeinfo`: free blocks by order and type, and how many page blocks of each type there are.
 *
 * @kernel mm/vmstat.c pagetypeinfo_show
 * @throws MachineError `MP_PARAMETER` in a machine without a buddy allocator.
 * @since 0.1.0
 */
export function formatPagetypeinfo(kernel: Kernel): string {
  const zones = zonesWithBlocks(kernel);
  const { pageBlockOrder, maxOrder } = kernel.memory.settings!;
  const orders = Array.from({ length: maxOrder + 1 }, (_, order) => order);
  const lines = [
    `Page block order: ${pageBlockOrder}`,
    `Pages per block:  ${1 << pageBlockOrder}`,
    '',
    `${'Free pages count per migrate type at order'.padEnd(43)} ${columns(orders, 6)}`,
  ];
  for (const zone of zones) {
    MIGRATE_TYPE_NAMES.forEach((name, type) => {
      const counts = orders.map((order) => zone.buddy!.areas.count(order, type as MigrateType));
      lines.push(
        `Node ${String(zone.node).padStart(4)}, zone ${zone.name.padStart(8)}, type ${name.padStart(12)} ${columns(counts, 6)}`,
      );
    });
  }
  lines.push('', `${'Number of blocks type '.padEnd(23)}${columns(MIGRATE_TYPE_NAMES, 12)}`);
  for (const zone of zones) {
    lines.push(`Node ${zone.node}, zone ${zone.name.padStart(8)} ${columns(blocksByType(kernel, zone), 12)}`);
  }
  return `${lines.join('\n')}\n`;
}

function blocksByType(kernel: Kernel, zone: Zone): number[] {
  const blocks = kernel.memory.blocks!;
  const counts = MIGRATE_TYPE_NAMES.map(() => 0);
  // The block that a zone begins in is another's if it began before.
  const first = Math.ceil(zone.startPfn / blocks.pages) * blocks.pages;
  for (let pfn = first; pfn < zone.endPfn; pfn += blocks.pages) counts[blocks.typeOf(pfn)]!++;
  return counts;
}

function columns(values: readonly (number | string)[], width: number): string {
  return values.map((value) => `${String(value).padStart(width)} `).join('');
}
