import { MachineError } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';

/**
 * Refuses a node that the machine does not have.
 *
 * @throws MachineError `MP_PARAMETER`.
 */
export function checkNode(kernel: Kernel, node: number): void {
  const { machine, memory } = kernel;
  if (memory.nodes[node] !== undefined) return;
  machine.misuse(
    new MachineError(
      'MP_PARAMETER',
      `there is no node ${node}; this machine has nodes 0 to ${memory.nodes.length - 1}`,
      { subject: 'node', here: machine.site(), received: String(node) },
    ),
  );
}
