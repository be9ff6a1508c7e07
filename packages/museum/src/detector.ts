/**
 * What can see a mistake. An exhibit names those that may: caught by another one, it was caught for the wrong reason.
 *
 * - `POISON`: something is used after it was freed, or a link of a list that it is not on.
 * - `PROTO`: a step of the protocol (mark, isolate, migrate, put back) breaks its own terms.
 * - `QUIES`: at the end something is left over.
 * - `HB`: two accesses that nothing orders.
 * - `LIVE`: somebody waits for ever, or gets nowhere.
 * - `LEDGER`: a reference that its dropper does not hold, or nobody drops.
 * - `CTX`: the locks and the sleep that a callback is allowed.
 * - `CNT`: a counter or a return value that is not what it counts.
 * - `CONTENT`: contents that are not what was written.
 * - `LOCKORD`: locks in two orders.
 * - `META`: doing and undoing is not doing nothing.
 *
 * @since 0.1.0
 */
export type Detector =
  | 'POISON'
  | 'PROTO'
  | 'QUIES'
  | 'HB'
  | 'LIVE'
  | 'LEDGER'
  | 'CTX'
  | 'CNT'
  | 'CONTENT'
  | 'LOCKORD'
  | 'META';

/** Codes of the machine, of core and of the explorer. */
const BY_CODE: Readonly<Record<string, Detector>> = {
  MP_USE_AFTER_FREE: 'POISON',
  MP_DOUBLE_FREE: 'POISON',
  MP_WORK_ON_DESTROYED_QUEUE: 'POISON',
  MP_LIST_CORRUPTION: 'POISON',
  MP_LRU_NOT_OWNED: 'POISON',
  MP_BAD_PAGE: 'PROTO',
  MP_PAGE_NOT_LOCKED: 'PROTO',
  MP_NOT_MOVABLE: 'PROTO',
  MP_NO_MOVABLE_OPS: 'PROTO',
  MP_DATA_RACE: 'HB',
  MP_DEADLOCK: 'LIVE',
  MP_RECURSIVE_LOCK: 'LIVE',
  MP_LIVELOCK: 'LIVE',
  MP_STEP_LIMIT: 'LIVE',
  MP_LOCK_ORDER: 'LOCKORD',
  MP_IRQ_UNSAFE_LOCK: 'LOCKORD',
  MP_COUNTER_UNDERFLOW: 'LEDGER',
  MP_REFERENCE_NOT_HELD: 'LEDGER',
  MP_REFERENCE_LEFT: 'QUIES',
  MP_LEAK: 'QUIES',
  MP_VM_STATE: 'PROTO',
  MP_VM_LEFT: 'QUIES',
  MP_VM_RESULT: 'PROTO',
  MP_SLEEP_IN_ATOMIC: 'CTX',
  MP_SLEEP_IN_CALLBACK: 'CTX',
  MP_PINNED_LOCK_DROPPED: 'CTX',
  MP_LOCK_LEAK: 'CTX',
  MP_CONTENTS_LOST: 'CONTENT',
};

/** Rules of the suite that find for themselves, by id or by family. */
const BY_RULE: Readonly<Record<string, Detector>> = {
  'MP-REL-001': 'PROTO',
  MARK: 'PROTO',
  ISO: 'PROTO',
  MIG: 'PROTO',
  FLAG: 'PROTO',
  PUT: 'META',
  CALL: 'CTX',
  REL: 'QUIES',
  OPS: 'QUIES',
  CNT: 'CNT',
  STAT: 'CNT',
  SHR: 'CNT',
  PIN: 'PROTO',
  INV: 'CNT',
  UAF: 'POISON',
  REF: 'LEDGER',
};

/**
 * The detectors behind a finding, the one that is meant most first. Some findings are a matter of two: a callback after
 * unloading uses a driver that is gone, and shows that unloading left something behind; a reference that is taken on a free
 * page is a use of it, and one that the ledger cannot know.
 *
 * @param message What the finding says.
 * @returns Empty for what no exhibit may count on: an exception of the model itself, hidden state, a misused primitive.
 */
export function detectorsOf(code: string, message: string): Detector[] {
  if (code === 'MP-REL-003') return ['POISON', 'QUIES'];
  const family = /^MP-([A-Z]+)-\d+$/.exec(code)?.[1];
  const detector = family === undefined ? BY_CODE[code] : (BY_RULE[code] ?? BY_RULE[family]);
  if (detector === undefined) return [];
  return code === 'MP_USE_AFTER_FREE' && message.includes(': a reference is taken')
    ? [detector, 'LEDGER']
    : [detector];
}
