import type { Kernel } from '../kernel.js';
import { LRU_NAMES, type LruList } from '../lru/lru-list.js';
import { NODE_COUNTERS } from '../memory/node-stat.js';
import { ZoneWord, type Zone } from '../memory/zone.js';

/** A counter with its name in `/proc`. */
type Counter = readonly [name: string, value: number];

/** The counters of a node that are no events, as they are. */
export function nodeCounters(kernel: Kernel, node: number): Counter[] {
  const { lru, memory } = kernel;
  return [
    ...LRU_NAMES.map((name, list): Counter => [`nr_${name}`, lru.list(node, list as LruList).peekLength]),
    ...NODE_COUNTERS.filter((name) => name.startsWith('nr_')).map((name): Counter => [
      name,
      memory.nodeStat.read(node, name),
    ]),
  ];
}

/** The counters of a node that say where allocations came from. */
export function numaCounters(kernel: Kernel, node: number): Counter[] {
  return NODE_COUNTERS.filter((name) => name.startsWith('numa_')).map((name) => [
    name,
    kernel.memory.nodeStat.read(node, name),
  ]);
}

/** The counters of a zone, as they are. */
export function zoneCounters(zone: Zone): Counter[] {
  return [
    ['nr_free_pages', zone.buddy === null ? zone.freePages : zone.peek(ZoneWord.free)],
    ['nr_free_cma', zone.buddy === null ? 0 : zone.peek(ZoneWord.freeCma)],
  ];
}
