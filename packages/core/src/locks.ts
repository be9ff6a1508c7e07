import { Lock, RwLock, SpinLock, type Machine } from '@movable-pages/machine';

/** What a writer adds to the word of a reader-writer lock. */
const WRITER = 0x40000000;

/**
 * A spinlock of the VM's own. Unlike `spinLock()` it may be made while the machine runs: address spaces come and go.
 *
 * @param name This very lock, for reports.
 */
export function vmSpinLock(machine: Machine, lockClass: string, name: string): SpinLock {
  const location = machine.allocateWords(1, () => name);
  return new SpinLock(machine, new Lock(location, -1, 1, 'spin', lockClass, name, false));
}

/**
 * A sleeping reader-writer lock of the VM's own, which may be made while the machine runs.
 *
 * @param name This very lock, for reports.
 */
export function vmRwSemaphore(machine: Machine, lockClass: string, name: string): RwLock {
  const location = machine.allocateWords(1, () => name);
  return new RwLock(
    machine,
    new Lock(location, WRITER, 1, 'sleep', lockClass, `${name} (read)`, true),
    new Lock(location, -1, WRITER, 'sleep', lockClass, `${name} (write)`, false, true),
  );
}
