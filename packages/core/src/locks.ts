import { Lock, SpinLock, type Machine } from '@movable-pages/machine';

/**
 * A spinlock of the VM's own. Unlike `spinLock()` it may be made while the machine runs: address spaces come and go.
 *
 * @param name This very lock, for reports.
 */
export function vmSpinLock(machine: Machine, lockClass: string, name: string): SpinLock {
  const location = machine.allocateWords(1, () => name);
  return new SpinLock(machine, new Lock(location, -1, 1, 'spin', lockClass, name, false));
}
