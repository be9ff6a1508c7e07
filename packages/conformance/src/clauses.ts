/**
 * What the kernel asks of the author of a driver, clause by clause, and which rules see to it.
 *
 * @since 0.1.0
 */
export interface Clause {
  /** Permanent: `RULE-01` to `RULE-52`. */
  readonly id: string;
  readonly group: 'registration' | 'isolate' | 'migrate' | 'putback' | 'release' | 'locks and context';
  /** What a driver must do. */
  readonly says: string;
  /** Ids of the rules that judge it. */
  readonly rules: readonly string[];
  /** What of it cannot be seen here, or is seen in another way. */
  readonly note?: string;
}

type Entry = readonly [says: string, rules: string, note?: string];

const registration: readonly Entry[] = [
  ['A page is marked movable under its page lock', 'MP-MARK-001'],
  [
    'A page is marked last, when all else about it is set up',
    'MP-RACE-001 MP-CALL-002 MP-UAF-001',
    'what half-built means is the driver’s own affair: it shows when a callback meets such a page',
  ],
  [
    'The three callbacks come together',
    '',
    'the registry refuses a driver without one of them (MP_MISSING_CALLBACK), so no check ever runs with a partial table',
  ],
  [
    'page.mapping is changed by its functions only',
    'MP-MARK-003',
    'writes are judged; reading it does no harm',
  ],
  [
    'PG_isolated is not set, cleared or relied on',
    'MP-FLAG-001',
    'that a driver decides by the bit shows only in what it then does',
  ],
  [
    'A page that is not movable yet can be locked by its owner at once',
    '',
    'an obligation of the VM: isolateMovablePage looks at the mark before it tries the lock, which tests of core hold',
  ],
  [
    'Single pages are marked, never parts of a larger block',
    'MP-UAF-001',
    'the pages behind the first of a block have no reference of their own, so marking one is an operation on a free page',
  ],
];

const isolate: readonly Entry[] = [
  ['isolatePage does not sleep if the mode has ASYNC_MIGRATE, and never waits for an event', 'MP-CTX-002'],
  [
    'True means: the page is left alone until putback, migration or release',
    'MP-ISO-001 MP-MIG-003 MP-RACE-001 MP-PUT-001',
  ],
  ['False means: nothing has changed', 'MP-ISO-002'],
  ['isolatePage does not lock, unlock, get, put or free the page', 'MP-CALL-001 MP-REF-001'],
  ['A pinned object is refused, or asked for again, and never moved', 'MP-PIN-001 MP-MIG-003'],
  ['A page that is given up is off every list linked through page.lru', 'MP-ISO-003'],
  ['The links of an isolated page are not touched', 'MP-LRU-001'],
];

const migrate: readonly Entry[] = [
  ['migratePage locks and unlocks neither page', 'MP-CALL-001'],
  ['It returns 0 or a negative error', 'MP-MIG-001'],
  ['On success the source was let go of, once', 'MP-MIG-002 MP-MARK-002'],
  ['On success the target is marked before it returns, if it is to be movable', 'MP-MIG-002 MP-MARK-001'],
  [
    'On success the driver’s reference has moved from the source to the target; else nothing has',
    'MP-MIG-002 MP-MIG-004',
  ],
  ['Contents are the same through every handle', 'MP-MIG-003', 'unless the driver declares drops-content'],
  ['Whatever led to the source leads to the target', 'MP-UAF-001 MP-REL-002 MP-MIG-003'],
  [
    'What refers to itself is made anew in the target: locks, list heads, work items',
    'MP-MIG-003 MP-UAF-001 MP-DEAD-001',
    'a lock is no part of the contents of a page here, so a copied lock word is seen in what it guards',
  ],
  ['On failure both pages are as they were', 'MP-MIG-004'],
  [
    '-EAGAIN means that the same call may succeed soon',
    'MP-MIG-006 MP-MIG-007',
    'that a passing reason other than a held lock is called permanent cannot be told from one that is',
  ],
  ['A retry comes with another target, perhaps in another mode', 'MP-MIG-004 MP-UAF-001'],
  ['In ASYNC nobody sleeps', 'MP-CTX-002'],
  ['In SYNC_LIGHT nobody waits for an event', 'MP-CTX-002'],
  ['SYNC_NO_COPY is refused with -EINVAL, or truly supported', 'MP-MIG-005 MP-MIG-003'],
  ['No allocation that may reclaim under a lock that a callback takes', 'MP-DEAD-001 MP-LIVE-001'],
  ['The links of the source are not touched in migratePage', 'MP-LRU-001'],
  ['Counts by zone or node move with the page', 'MP-STAT-001'],
  [
    'What the driver kept in the source is reset before its reference goes',
    'MP-UAF-001',
    'the allocator refuses a page that comes back marked',
  ],
  ['A move that fails half-way is undone', 'MP-MIG-004 MP-MIG-003'],
];

const putback: readonly Entry[] = [
  ['putbackPage takes every page that isolatePage gave, and undoes it', 'MP-PUT-001'],
  ['It leaves PG_isolated alone', 'MP-FLAG-001'],
  ['It drops no reference', 'MP-REF-001', 'but its own, of a page that was to be freed meanwhile'],
  ['Isolations and what ends them balance', 'MP-CNT-001 MP-INV-001 MP-REL-002 MP-PUT-001'],
];

const release: readonly Entry[] = [
  ['A movable page is let go of before it is freed', 'MP-REL-001'],
  [
    'A page may be freed while it is isolated: nothing is waited for, nothing unlinked',
    'MP-LRU-001 MP-DEAD-001 MP-REL-002',
  ],
  ['A page is let go of once', 'MP-MARK-002'],
  ['Where freeing must not sleep, page locks are only tried', 'MP-CTX-001'],
  ['A group is freed with all its page locks, or none is kept', 'MP-CALL-001 MP-DEAD-001'],
  ['Unloading waits for isolated pages, or lets go of them', 'MP-REL-003 MP-UAF-001 MP-OPS-001'],
  [
    'The flag that stops isolation comes before the count is read',
    'MP-DEAD-001 MP-REL-003',
    'threads see memory in one order here: a missing barrier cannot show, a missing order of the steps does',
  ],
  ['What was emptied while isolated is freed all the same', 'MP-REL-002'],
];

const locks: readonly Entry[] = [
  ['Page lock before driver locks; under one of those a page lock is only tried', 'MP-DEAD-001'],
  ['Two page locks: the source, then the target by trying', 'MP-DEAD-001'],
  ['Nobody sleeps with a spinlock held or interrupts off', 'MP-CTX-001'],
  ['A lock that an interrupt handler takes is taken with interrupts off', 'MP-DEAD-001'],
  ['Callbacks and the user API take the driver’s locks in one order, or try', 'MP-DEAD-001'],
  ['Who waits for a page lock holds a reference', 'MP-UAF-001'],
  ['After waiting, everything is looked at again', 'MP-UAF-001 MP-MIG-003 MP-RACE-001 MP-LRU-001'],
];

/**
 * All clauses of the contract, in order.
 *
 * @since 0.1.0
 */
export const clauses: readonly Clause[] = (
  [
    ['registration', registration],
    ['isolate', isolate],
    ['migrate', migrate],
    ['putback', putback],
    ['release', release],
    ['locks and context', locks],
  ] as const
)
  .flatMap(([group, entries]) => entries.map((entry) => [group, entry] as const))
  .map(([group, [says, rules, note]], index) => ({
    id: `RULE-${String(index + 1).padStart(2, '0')}`,
    group,
    says,
    rules: rules === '' ? [] : rules.split(' '),
    ...(note === undefined ? {} : { note }),
  }));
