/** Weighs distance against load; no load comes near it. @kernel include/linux/numa.h MAX_NUMNODES */
const MAX_NUMNODES = 1024;

/** What the orders of the nodes depend on. @since 0.1.0 */
export interface NodeFacts {
  /** `distances[from][to]`, 10 from a node to itself. */
  readonly distances: readonly (readonly number[])[];
  /** Whether each node has processors: such nodes are left to them if another is as near. */
  readonly hasCpus: readonly boolean[];
  /** Whether each node has memory. */
  readonly hasMemory: readonly boolean[];
}

/**
 * For each node, in which order allocations fall back to the others: nearest first, and turn about among those that are
 * equally far, so that not all fall upon one.
 *
 * @kernel mm/page_alloc.c build_zonelists, find_next_best_node
 * @since 0.1.0
 */
export function nodeOrders(facts: NodeFacts): number[][] {
  const { distances, hasMemory } = facts;
  const load = distances.map(() => 0);
  return distances.map((distance, local) => {
    const order = [local];
    for (
      let node = nextBest(facts, local, order, load);
      node >= 0;
      node = nextBest(facts, local, order, load)
    ) {
      const previous = order[order.length - 1]!;
      // A node that is farther than the last gets the next turn elsewhere.
      if (distance[node] !== distance[previous]) load[node]!++;
      order.push(node);
    }
    return order.filter((node) => hasMemory[node]);
  });
}

/** The best node that is not in the order yet, or -1. */
function nextBest(facts: NodeFacts, local: number, used: readonly number[], load: readonly number[]): number {
  let best = -1;
  let least = Infinity;
  facts.distances[local]!.forEach((distance, node) => {
    if (used.includes(node) || !facts.hasMemory[node]) return;
    const penalty = (node < local ? 1 : 0) + (facts.hasCpus[node] ? 1 : 0);
    const value = (distance + penalty) * MAX_NUMNODES + load[node]!;
    if (value >= least) return;
    least = value;
    best = node;
  });
  return best;
}
