import type { Kernel } from '../kernel.js';
import { nodeCounters, numaCounters, zoneCounters } from './memory-counters.js';

/**
 * The text of `/proc/vmstat`: the counters of all zones and nodes together, then the events.
 *
 * @kernel mm/vmstat.c vmstat_show
 * @since 0.1.0
 */
export function formatVmstat(kernel: Kernel): string {
  const { memory, vmstat } = kernel;
  const sums = new Map<string, number>();
  const add = ([name, value]: readonly [string, number]) => sums.set(name, (sums.get(name) ?? 0) + value);
  for (const zone of memory.zones) zoneCounters(zone).forEach(add);
  for (const { id } of memory.nodes) numaCounters(kernel, id).forEach(add);
  for (const { id } of memory.nodes) nodeCounters(kernel, id).forEach(add);
  for (const name of vmstat.names()) if (!sums.has(name)) sums.set(name, vmstat.read(name));
  return [...sums].map(([name, value]) => `${name} ${value}\n`).join('');
}
