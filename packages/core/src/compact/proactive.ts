import type { Kernel } from '../kernel.js';
import { ZoneWord, type Zone } from '../memory/zone.js';
import { extFragPercent, freeBlockCounts } from './fragmentation.js';

/** Between which scores of a node kcompactd works without being asked. */
export interface ProactiveMarks {
  /** It stops at this score. */
  readonly low: number;
  /** It begins above this one. */
  readonly high: number;
}

/**
 * The marks for a proactiveness of 1 to 100 (`/proc/sys/vm/compaction_proactiveness`).
 *
 * @kernel mm/compaction.c fragmentation_score_wmark
 * @since 0.1.0
 */
export function proactiveMarks(proactiveness: number): ProactiveMarks {
  const low = Math.max(100 - proactiveness, 5);
  return { low, high: Math.min(low + 10, 100) };
}

/**
 * How scattered a zone is: its share of free memory outside blocks of a page block's size, weighted by the zone's share of
 * its node. Looks at what the zone lock guards.
 *
 * @kernel mm/compaction.c fragmentation_score_zone_weighted
 */
function weightedZoneScore(kernel: Kernel, zone: Zone): number {
  const node = kernel.memory.nodes[zone.node]!;
  const present = node.zones.reduce((sum, other) => sum + other.peek(ZoneWord.present), 0);
  return Math.floor((zone.peek(ZoneWord.present) * zoneScore(kernel, zone)) / (present + 1));
}

/** The share of a zone's free memory that is scattered, in percent. @kernel mm/compaction.c fragmentation_score_zone */
export function zoneScore(kernel: Kernel, zone: Zone): number {
  return extFragPercent(freeBlockCounts(zone), kernel.memory.blocks!.order);
}

/**
 * How scattered a node is, 0 to 100.
 *
 * @kernel mm/compaction.c fragmentation_score_node
 * @since 0.1.0
 */
export function nodeScore(kernel: Kernel, node: number): number {
  return kernel.memory.nodes[node]!.zones.reduce((sum, zone) => sum + weightedZoneScore(kernel, zone), 0);
}
