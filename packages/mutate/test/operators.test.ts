import { clauses } from '@movable-pages/conformance';
import { describe, expect, test } from 'vitest';
import { mutationOperators } from '../src/index.ts';
import { mutated } from './mutants.fixture.ts';

const MIGRATE = 'function* migratePage(_mapping, newPage, oldPage, mode)';
const ISOLATE = 'const it = { *isolatePage(page, mode)';

type Row = readonly [operator: string, body: string, mutants: readonly string[], head?: string];

const rows: readonly Row[] = [
  ['drop-release', 'yield* lock.acquire(); f(); yield* lock.release();', ['yield* lock.acquire(); f();']],
  ['drop-release', 'if (busy) yield* page.unlock();', ['if (busy) ;']],
  [
    'drop-lock',
    'yield* lock.acquire(); yield* other.acquire(); f(); yield* other.release(); yield* lock.release();',
    [
      'yield* other.acquire(); f(); yield* other.release();',
      'yield* lock.acquire(); f(); yield* lock.release();',
    ],
  ],
  [
    'drop-lock',
    'while (!(yield* page.tryLock())) yield* relax(); yield* page.unlock();',
    ['while (!(true)) yield* relax();'],
  ],
  ['drop-lock', 'yield* lock.release();', []],
  [
    'release-early',
    'yield* lock.acquire(); const seen = list.first(); yield* lock.release();',
    ['yield* lock.acquire(); yield* lock.release(); const seen = list.first();'],
  ],
  ['release-early', 'yield* lock.acquire(); yield* lock.release();', []],
  [
    'acquire-late',
    'yield* lock.acquire(); list.add(page); yield* lock.release();',
    ['list.add(page); yield* lock.acquire(); yield* lock.release();'],
  ],
  ['acquire-late', 'yield* lock.acquire(); return 1;', []],
  [
    'wait-for-lock',
    'if (!(yield* lock.tryAcquire())) return 1;',
    ['if (!(((yield* lock.acquire()), true))) return 1;'],
  ],
  [
    'try-for-granted',
    'if (!(yield* page.tryLock())) return 1;',
    ['if (!(((yield* page.tryLock()), true))) return 1;'],
  ],
  ['try-and-ignore', 'yield* page.lock();', ['yield* page.tryLock();']],
  ['try-and-ignore', 'yield* table.writeAcquire();', ['yield* table.tryWriteAcquire();']],
  ['forget-clear', 'yield* clearPageMovable(page); f();', ['f();']],
  ['forget-set', 'yield* setPageMovable(page, mapping); f();', ['f();']],
  ['skip-get', 'yield* page.get(); cells.get(page);', ['cells.get(page);']],
  ['skip-put', 'yield* page.put();', ['']],
  [
    'drop-list-add',
    "list.add(page); cells.set(1, page); vmstat.add('inflated', 1); yield* count.add(1);",
    [
      "cells.set(1, page); vmstat.add('inflated', 1); yield* count.add(1);",
      "list.add(page); vmstat.add('inflated', 1); yield* count.add(1);",
    ],
  ],
  ['drop-list-remove', 'list.remove(page);', ['']],
  ['flip-isolate', 'return true;', ['return false;'], ISOLATE],
  ['flip-isolate', 'return yield* pages.isolate(page);', ['return !(yield* pages.isolate(page));'], ISOLATE],
  ['flip-isolate', 'return true;', []],
  [
    'wrong-errno',
    'if (a) return -Errno.EAGAIN; return b ? -Errno.EINVAL : 0;',
    [
      'if (a) return -Errno.EBUSY; return b ? -Errno.EINVAL : 0;',
      'if (a) return -Errno.EAGAIN; return b ? -Errno.EAGAIN : 0;',
    ],
  ],
  ['wrong-errno', 'return -11;', ['return -16;'], MIGRATE],
  ['wrong-errno', 'return -1;', []],
  ['success-for-failure', 'return -Errno.EBUSY;', ['return 0;']],
  ['failure-for-success', 'return MIGRATEPAGE_SUCCESS;', ['return -11;'], MIGRATE],
  ['failure-for-success', 'return 0;', ['return -11;'], MIGRATE],
  ['failure-for-success', 'return 0;', []],
  ['drop-copy', 'yield* copyPage(a, b);', ['']],
  [
    'keep-old-target',
    'cells.set(1, newPage); it.page = newPage; yield* copyPage(newPage, oldPage);',
    [
      'cells.set(1, oldPage); it.page = newPage; yield* copyPage(newPage, oldPage);',
      'cells.set(1, newPage); it.page = oldPage; yield* copyPage(newPage, oldPage);',
    ],
    MIGRATE,
  ],
  ['keep-old-target', 'it.page = to;', ['it.page = from;'], 'function* migratePage(to, from, mode)'],
  [
    'wrong-page',
    'yield* copyPage(newPage, oldPage); yield* oldPage.put();',
    [
      'yield* copyPage(oldPage, newPage); yield* oldPage.put();',
      'yield* copyPage(newPage, oldPage); yield* newPage.put();',
    ],
    MIGRATE,
  ],
  ['drop-mode-check', 'if (mode === 0) return 1; if (page) return 2;', ['if (page) return 2;'], ISOLATE],
  ['drop-mode-check', 'if (mode !== MigrateMode.sync) { return 1; }', ['']],
  ['drop-guard', 'if (mode === 0) return 1; if (page) return 2;', ['if (mode === 0) return 1;'], ISOLATE],
  ['drop-guard', 'if (yield* look()) return 1; if (a) return 1; else f();', []],
  ['forget-wake', 'yield* queue.wakeUp();', ['']],
  [
    'drop-wait',
    'yield* page.waitUntilUnlocked(); yield* queue.finishWait();',
    ['yield* queue.finishWait();'],
  ],
  ['look-once', 'while (yield* busy()) yield* queue.sleep();', ['if (yield* busy()) yield* queue.sleep();']],
  ['look-once', 'while (yield* busy()) { if (a) break; }', []],
  [
    'look-once',
    'yield* queue.waitEvent(idle);',
    ['if (!(yield* (idle)())) { yield* queue.prepareToWait(); yield* queue.sleep(); }'],
  ],
  ['do-twice', 'yield* page.put();', ['yield* page.put(); yield* page.put();']],
  ['do-twice', 'if (a) yield* page.put();', ['if (a) { yield* page.put(); yield* page.put(); }']],
  [
    'do-twice',
    'const seen = new Set(); seen.add(page); list.add(page);',
    ['const seen = new Set(); seen.add(page); list.add(page); list.add(page);'],
  ],
  [
    'do-twice',
    'yield* pages.take(page);',
    ['yield* pages.take(page); yield* pages.take(page);'],
    'const it = { *putbackPage(page)',
  ],
  ['swap-steps', 'yield* a(); yield* b(); f();', ['yield* b(); yield* a(); f();']],
  [
    'swap-steps',
    'yield* page.unlock(); yield* lock.release(); yield* a.get(); yield* a.acquire();',
    ['yield* page.unlock(); yield* a.get(); yield* lock.release(); yield* a.acquire();'],
  ],
  ['drop-count', 'state.isolated++;', ['']],
  ['drop-count', 'state.isolated -= 1; local++;', ['local++;']],
  ['drop-store', 'state.stopped = true; local = 1;', ['local = 1;']],
  ['drop-step', 'yield* host.tell(page); yield* lock.acquire();', ['yield* lock.acquire();']],
];

describe('operators', () => {
  test.each(rows.map(([operator, body, mutants, head]) => ({ operator, body, mutants, head })))(
    '$operator of $body',
    ({ operator, body, mutants, head }) => {
      expect(mutated(operator, body, head)).toEqual(mutants);
    },
  );

  test('all stand in the table above', () => {
    expect([...new Set(rows.map(([id]) => id))].toSorted()).toEqual(
      mutationOperators.map(({ id }) => id).toSorted(),
    );
  });

  test('name clauses that there are', () => {
    const known = new Set(clauses.map(({ id }) => id));
    const broken = mutationOperators.map((operator) => operator.clauses);
    expect(broken.filter((ids) => ids.length === 0)).toEqual([]);
    expect(broken.flat().filter((id) => !known.has(id))).toEqual([]);
  });

  test('leave constructors and what stands outside functions alone', () => {
    expect(mutated('drop-store', 'this.page = 1;', 'class A { constructor()')).toEqual([]);
    expect(mutated('drop-store', 'a.b = 1;', '')).toEqual([]);
  });
});
