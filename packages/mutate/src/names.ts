/** Methods that take a lock, each with its method that only tries. */
export const TRY_OF: Readonly<Record<string, string>> = {
  acquire: 'tryAcquire',
  acquireNested: 'tryAcquire',
  acquireIrqSave: 'tryAcquireIrqSave',
  readAcquire: 'tryReadAcquire',
  writeAcquire: 'tryWriteAcquire',
  writeAcquireNested: 'tryWriteAcquire',
  lock: 'tryLock',
};

/** Methods that try to take a lock, each with its method that waits for it. */
export const WAITING_OF: Readonly<Record<string, string>> = {
  tryAcquire: 'acquire',
  tryAcquireIrqSave: 'acquireIrqSave',
  tryReadAcquire: 'readAcquire',
  tryWriteAcquire: 'writeAcquire',
  tryLock: 'lock',
};

/** Methods that let go of a lock. */
export const RELEASES: ReadonlySet<string> = new Set([
  'release',
  'releaseIrqRestore',
  'readRelease',
  'writeRelease',
  'unlock',
]);

/** Methods that wake sleepers. */
export const WAKES: ReadonlySet<string> = new Set(['wakeUp', 'wakeUpAll', 'complete', 'completeAll']);

/** Methods that wait for something else than a lock. */
export const WAITS: ReadonlySet<string> = new Set([
  'awaitEqual',
  'cancelWorkSync',
  'flush',
  'flushWork',
  'join',
  'sleep',
  'wait',
  'waitEvent',
  'waitForWriteback',
  'waitUntilUnlocked',
]);

/** Methods that put something into a list or another collection. */
export const LIST_ADDS: ReadonlySet<string> = new Set(['add', 'addTail', 'push', 'set', 'unshift']);

/** Methods that take something out of one. */
export const LIST_REMOVES: ReadonlySet<string> = new Set(['clear', 'delete', 'pop', 'remove', 'shift']);
