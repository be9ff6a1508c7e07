import { MachineError } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';
import type { Zone } from '../memory/zone.js';

/**
 * The zones of a machine with a buddy allocator, in the order in which `/proc` shows them.
 *
 * @throws MachineError `MP_PARAMETER` in a machine without one.
 */
export function zonesWithBlocks(kernel: Kernel): readonly Zone[] {
  const { memory, machine } = kernel;
  if (memory.settings !== null) return memory.zones;
  return machine.misuse(
    new MachineError('MP_PARAMETER', 'there are no free blocks to tell of; make the kernel with `buddy`', {
      subject: 'buddy allocator',
      here: machine.site(),
    }),
  );
}
