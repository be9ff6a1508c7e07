/**
 * The simulated machine: kernel threads as generators, operations on addressed state, locks, wait queues, work queues
 * and tracked objects. It knows nothing about pages.
 *
 * @packageDocumentation
 */
export { ambientMachine, withAmbient } from './ambient.js';
export { callSite } from './call-site.js';
export { blockedThreads, runDirect, type DirectResult } from './direct.js';
export { MachineError, type MachineErrorCode, type MisuseDetails } from './errors.js';
export { Heap, type DescribeWord } from './heap.js';
export { Ledger } from './ledger.js';
export { BitLock } from './locks/bit-lock.js';
export { Lock, type LockKind } from './locks/lock.js';
export { LockMap, lockMap } from './locks/lock-map.js';
export { Mutex, mutex } from './locks/mutex.js';
export { RwLock, rwLock, rwSemaphore } from './locks/rw-lock.js';
export { SpinLock, spinLock } from './locks/spin-lock.js';
export { Machine, MAX_THREADS, Readiness, type MachineOptions, type Restorable } from './machine.js';
export { mix, mixText } from './mix.js';
export type { MachineObserver } from './observer.js';
export { OpKind, opKindName } from './ops/kinds.js';
export { isOp, type Op, type OpRequest } from './ops/op.js';
export * from './shared-state/index.js';
export { choose, join, kthread, now, random, relax, spawn, yieldNow } from './threads/api.js';
export { KThread, type HeldLock, type ThreadBody, type ThreadOptions } from './threads/kthread.js';
export { hasGivenWay } from './threads/spinners.js';
export { MayBlock, type Scope } from './threads/scope.js';
export { Completion, completion } from './wait/completion.js';
export { WaitQueue, waitQueue } from './wait/wait-queue.js';
export { Word, word } from './words/word.js';
export { Work, WorkQueue, workQueue } from './work/work-queue.js';
