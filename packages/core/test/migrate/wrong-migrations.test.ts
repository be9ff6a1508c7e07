import { explore, type Violation } from '@movable-pages/explore';
import { kthread, runDirect, type Op } from '@movable-pages/machine';
import { describe, expect, it } from 'vitest';
import {
  copyPage,
  Errno,
  isolateLruPage,
  migratePage,
  type AddressSpace,
  type AddressSpaceOps,
  type MigrateMode,
  type Page,
} from '../../src/index.ts';
import { storeMappingWord } from '../../src/mapping/page-mapping.ts';
import { copyPageState } from '../../src/migrate/copy-page-state.ts';
import { installMigrationEntries } from '../../src/migrate/install-migration-entries.ts';
import { moveMapping } from '../../src/migrate/move-mapping.ts';
import { misuse, runVm } from '../support.ts';
import { migrateThese, pageAt, processWith, vmKernel, VmMonitor } from '../vm-support.ts';
import { actors, type Actor } from './explored.fixture.ts';

type Migrate = NonNullable<AddressSpaceOps['migratePage']>;

/** What is found if shared memory migrates in this way while something else goes on. */
function found(migrate: Migrate, beside: Actor): Violation[] {
  const kernel = vmKernel({ nodes: [6] });
  const object = kernel.mms.createAddressSpace('shared memory', 1, { migratePage: migrate });
  const scene = runDirect(
    kernel.machine,
    function* () {
      const { mm, start } = yield* processWith(kernel, 1, { object });
      return { kernel, mm, start, page: pageAt(mm, start), memoryFails: false };
    },
    { fresh: false },
  ).value;
  kernel.machine.construct(() => {
    kthread('migrator', { party: 'vm' }, () => migrateThese(kernel, [scene.page], { drain: false }));
    kthread('other', { party: 'vm' }, () => beside(scene));
  });
  kernel.machine.seal();
  const result = explore(
    { machine: kernel.machine, monitors: [new VmMonitor(kernel)] },
    { search: 'bounded', preemptions: 2, faults: 0, maxExecutions: 3000 },
  );
  return result.found.map((each) => each.violation);
}

describe('a wrong way to migrate is found', () => {
  it('the right way is not', () => {
    expect(found(migratePage, actors.pins)).toEqual([]);
  });

  it('nobody asks whether somebody else holds the page: what he writes is lost', () => {
    const messages = found(withoutCount, actors.pins).map(({ message }) => message);
    expect(messages.join('\n')).toMatch(
      /what was written through the pin: expected 11, got 0|race|nothing orders it/,
    );
  });

  it('the page cache has no reference on the new page: it is freed in its place', () => {
    const codes = found(withoutCacheReference, actors.reads).map(({ code }) => code);
    expect(codes).not.toEqual([]);
  });

  it('nobody copies the contents', () => {
    const [violation] = found(function* (mapping, target, page): Op<number> {
      const rc = yield* moveMapping(mapping, target, page);
      if (rc === 0) yield* copyPageState(target, page);
      return rc;
    }, actors.reads);
    expect(violation?.message).toMatch(/a read: expected 100/);
  });

  it('a failure that keeps the lock of the page cache', () => {
    const [violation] = found(function* (mapping): Op<number> {
      yield* mapping!.treeLock.acquire();
      return -Errno.EAGAIN;
    }, actors.reads);
    expect(violation?.code).toMatch(/MP_(LOCK_LEAK|RECURSIVE_LOCK|SLEEP_IN_ATOMIC|DEADLOCK)/);
  });
});

it('migration entries are refused for a page that is not isolated', () => {
  const kernel = vmKernel();
  const error = misuse(() =>
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      yield* page.lock();
      yield* installMigrationEntries(page);
    }),
  );
  expect(error.code).toBe('MP_MIGRATION_ENTRY');
  expect(error.message).toContain('still on an LRU list');
});

it('and for one that is not locked', () => {
  const kernel = vmKernel();
  const error = misuse(() =>
    runVm(kernel, function* () {
      const { mm, start } = yield* processWith(kernel, 1);
      const page = pageAt(mm, start);
      yield* isolateLruPage(page);
      yield* installMigrationEntries(page);
    }),
  );
  expect(error.message).toContain('not locked by the migrator');
});

/** Steps 8 and 9 without step 6. */
function* withoutCount(
  mapping: AddressSpace | null,
  target: Page,
  page: Page,
  _mode: MigrateMode,
): Op<number> {
  yield* mapping!.treeLock.acquire();
  yield* target.setFlags(page.peekFlags() & (1 << 19));
  target.index = page.index;
  yield* storeMappingWord(target, mapping!.id << 2);
  yield* target.get();
  yield* mapping!.storeSlot(0, target);
  yield* mapping!.treeLock.release();
  yield* page.put();
  yield* copyPage(target, page);
  yield* copyPageState(target, page);
  return 0;
}

/** Step 10 without the reference on the new page. */
function* withoutCacheReference(
  mapping: AddressSpace | null,
  target: Page,
  page: Page,
  mode: MigrateMode,
): Op<number> {
  const rc = yield* migratePage(mapping, target, page, mode);
  if (rc === 0) yield* target.put();
  return rc;
}
