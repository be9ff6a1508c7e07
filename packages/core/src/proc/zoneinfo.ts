import type { Kernel } from '../kernel.js';
import { ZoneWord, type Zone } from '../memory/zone.js';
import { nodeCounters, zoneCounters } from './memory-counters.js';
import { zonesWithBlocks } from './zones-with-blocks.js';

/**
 * The text of `/proc/zoneinfo`: marks, sizes, reserves and counts of each zone, and before the first zone of a node the
 * counts of the node.
 *
 * @kernel mm/vmstat.c zoneinfo_show_print
 * @throws MachineError `MP_PARAMETER` in a machine without a buddy allocator.
 * @since 0.1.0
 */
export function formatZoneinfo(kernel: Kernel): string {
  let node = -1;
  return zonesWithBlocks(kernel)
    .map((zone) => {
      const first = zone.node !== node;
      node = zone.node;
      return formatZone(kernel, zone, first);
    })
    .join('');
}

function formatZone(kernel: Kernel, zone: Zone, firstOfNode: boolean): string {
  const peek = (word: number) => zone.peek(word);
  const lines = [`Node ${zone.node}, zone ${zone.name.padStart(8)}`];
  if (firstOfNode) {
    lines.push('  per-node stats');
    for (const [name, value] of nodeCounters(kernel, zone.node)) lines.push(counterLine(name, value));
  }
  lines.push(
    `  pages free     ${peek(ZoneWord.free)}`,
    `        boost    ${peek(ZoneWord.boost)}`,
    `        min      ${peek(ZoneWord.min) + peek(ZoneWord.boost)}`,
    `        low      ${peek(ZoneWord.low) + peek(ZoneWord.boost)}`,
    `        high     ${peek(ZoneWord.high) + peek(ZoneWord.boost)}`,
    `        spanned  ${zone.pages}`,
    `        present  ${peek(ZoneWord.present)}`,
    `        managed  ${zone.managedPages}`,
    `        cma      ${cmaPages(kernel, zone)}`,
    `        protection: (${zone.lowmemReserve.join(', ')})`,
  );
  if (peek(ZoneWord.present) === 0) return `${lines.join('\n')}\n`;
  for (const [name, value] of zoneCounters(zone)) lines.push(counterLine(name, value));
  lines.push('  pagesets');
  const perCpu = kernel.memory.settings!.perCpu;
  for (let cpu = 0; cpu < kernel.allocator.cpus; cpu++) {
    const count = (zone.cpuLists[cpu] ?? []).reduce((sum, list) => sum + list.length, 0);
    lines.push(
      `    cpu: ${cpu}`,
      `              count: ${count}`,
      `              high:  ${perCpu?.high ?? 0}`,
      `              batch: ${perCpu?.batch ?? 1}`,
    );
  }
  lines.push('  node_unreclaimable:  0', `  start_pfn:           ${zone.startPfn}`);
  return `${lines.join('\n')}\n`;
}

/** Pages of a zone that were set aside for CMA. */
function cmaPages(kernel: Kernel, zone: Zone): number {
  return kernel.memory
    .settings!.cma.filter(({ startPfn }) => zone.spans(startPfn))
    .reduce((sum, { pages }) => sum + pages, 0);
}

function counterLine(name: string, value: number): string {
  return `      ${name.padEnd(12)} ${value}`;
}
