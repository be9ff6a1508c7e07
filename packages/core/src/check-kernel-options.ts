import { MachineError } from '@movable-pages/machine';
import type { KernelOptions } from './kernel.js';
import type { NodeOptions } from './memory/memory-options.js';
import { ZONE_NAMES } from './memory/zone-type.js';

/**
 * Refuses options that no machine can be made of.
 *
 * @throws MachineError `MP_PARAMETER`.
 */
export function checkKernelOptions(options: KernelOptions): void {
  const { nodes = [8], pageSize = 4096 } = options;
  nodes.forEach(checkNodeOptions);
  const pages = nodes.flatMap((node) => (typeof node === 'number' ? [node] : Object.values(node.zones)));
  if (!pages.some((count) => count > 0)) refuse('nodes', nodes, 'at least one node with pages');
  whole('pageSize', pageSize, 8);
  if (pageSize % 8 !== 0) refuse('pageSize', pageSize, 'a multiple of 8');
  whole('cpus', options.cpus, 1);
  whole('spareWords', options.spareWords, 0);
  whole('ptesPerTable', options.ptesPerTable, 1);
  whole('swapPages', options.swapPages, 0);
  whole('seed', options.seed, -Infinity);
}

function checkNodeOptions(node: number | NodeOptions, id: number): void {
  if (typeof node === 'number') return whole(`pages of node ${id}`, node, 0);
  for (const [name, pages] of Object.entries(node.zones)) {
    if (!(ZONE_NAMES as readonly string[]).includes(name))
      refuse(`zones of node ${id}`, name, `zones named ${ZONE_NAMES.join(', ')}`);
    whole(`pages of zone ${name} of node ${id}`, pages, 0);
  }
}

function whole(subject: string, value: number | undefined, least: number): void {
  if (value === undefined || (Number.isSafeInteger(value) && value >= least)) return;
  refuse(subject, value, least === -Infinity ? 'a whole number' : `a whole number from ${least} on`);
}

function refuse(subject: string, received: unknown, wanted: string): never {
  const text = typeof received === 'object' ? JSON.stringify(received) : String(received);
  throw new MachineError('MP_PARAMETER', `no kernel can be made with ${subject} ${text}; give ${wanted}`, {
    subject,
    received: text,
  });
}
