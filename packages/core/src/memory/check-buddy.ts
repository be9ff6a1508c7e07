import { MachineError } from '@movable-pages/machine';
import type { Kernel } from '../kernel.js';

/**
 * Refuses work on page blocks in a machine that has none.
 *
 * @param what Who needs them.
 * @throws MachineError `MP_PARAMETER`.
 */
export function checkBuddy(kernel: Kernel, what: string): void {
  const { machine, memory } = kernel;
  if (memory.blocks !== null) return;
  machine.misuse(
    new MachineError('MP_PARAMETER', `${what} needs page blocks; make the kernel with \`buddy\``, {
      subject: 'buddy',
      here: machine.site(),
      received: 'a kernel of single pages',
    }),
  );
}
