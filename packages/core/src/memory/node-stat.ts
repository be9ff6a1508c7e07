import { HANDLE, type Machine } from '@movable-pages/machine';

/** The counters of a node, by their names in `/proc/zoneinfo` and `/sys/devices/system/node/node0/numastat`. */
export const NODE_COUNTERS = [
  'nr_isolated_anon',
  'nr_isolated_file',
  'nr_zspages',
  'numa_hit',
  'numa_miss',
  'numa_foreign',
  'numa_local',
  'numa_other',
] as const;

/** A counter of a node. @since 0.1.0 */
export type NodeCounter = (typeof NODE_COUNTERS)[number];

const OFFSETS = new Map<NodeCounter, number>(NODE_COUNTERS.map((name, offset) => [name, offset]));

/**
 * The counters of the nodes. Additions commute, so they are no operations; whoever decides by a counter that others change
 * meanwhile reads it with one.
 *
 * @kernel include/linux/mmzone.h enum node_stat_item, enum numa_stat_item
 * @since 0.1.0
 */
export class NodeStat {
  declare readonly [HANDLE]: true;
  private readonly base: number;

  constructor(
    private readonly machine: Machine,
    nodes: number,
  ) {
    this.base = machine.allocateWords(
      NodeStat.words(nodes),
      (word) =>
        `node ${Math.floor(word / NODE_COUNTERS.length)} ${NODE_COUNTERS[word % NODE_COUNTERS.length]}`,
    );
  }

  /** How many words a machine needs for them. */
  static words(nodes: number): number {
    return nodes * NODE_COUNTERS.length;
  }

  /** Adds to a counter. @kernel mm/vmstat.c mod_node_page_state */
  add(node: number, counter: NodeCounter, amount: number): void {
    const at = this.at(node, counter);
    this.machine.words[at] = this.machine.words[at]! + amount;
  }

  /** A counter as it is. @kernel mm/vmstat.c node_page_state */
  read(node: number, counter: NodeCounter): number {
    return this.machine.words[this.at(node, counter)]!;
  }

  private at(node: number, counter: NodeCounter): number {
    return this.base + node * NODE_COUNTERS.length + OFFSETS.get(counter)!;
  }
}

Object.defineProperty(NodeStat.prototype, HANDLE, { value: true });
