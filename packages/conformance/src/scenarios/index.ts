import { MigrateMode } from '@movable-pages/core';
import type { Scenario } from '../scenario.js';
import {
  allocationFails,
  allocationFailsSync,
  asyncThenSync,
  fromNothing,
  migrateAgain,
  migrateBesideUsers,
  putbackBesideUsers,
} from './beside-users.js';
import { freeAll, freeMiddle } from './free-all.js';
import { loadFails } from './load.js';
import { allocationCompacts, memoryShort, unloadMemoryShort } from './memory-short.js';
import { interrupt, interruptFree, interruptPin, interruptUnload } from './interrupt.js';
import { pageGroup } from './page-group.js';
import { pinned, pinnedMeanwhile, pinnedShrink, pinnedTwice } from './pinned.js';
import { contiguousRange, offline } from './ranges.js';
import { foreignHolder, twoCompactors, twoFrees, twoMigrations, twoMigrators } from './rivals.js';
import { shrink, shrinkScattered, shrinkTwice } from './shrink.js';
import { twoNodes } from './two-nodes.js';
import {
  unloadAfterPin,
  unloadAfterShrink,
  unloadBesideMigration,
  unloadBesideReturn,
  unloadBesideTwoCompactors,
  unloadInUse,
} from './unload.js';

/**
 * Every scenario of the suite.
 *
 * @since 0.1.0
 */
export const scenarios: readonly Scenario[] = [
  fromNothing,
  migrateBesideUsers(MigrateMode.sync),
  migrateBesideUsers(MigrateMode.syncLight),
  migrateBesideUsers(MigrateMode.async),
  migrateBesideUsers(MigrateMode.syncNoCopy),
  asyncThenSync,
  migrateAgain,
  putbackBesideUsers,
  allocationFails,
  allocationFailsSync,
  unloadBesideMigration,
  unloadBesideReturn,
  unloadBesideTwoCompactors,
  unloadInUse,
  twoCompactors,
  twoMigrators,
  twoMigrations,
  twoFrees,
  foreignHolder,
  freeAll,
  freeMiddle,
  allocationCompacts,
  memoryShort,
  unloadMemoryShort,
  loadFails,
  contiguousRange,
  offline,
  interrupt,
  interruptFree,
  interruptPin,
  interruptUnload,
  twoNodes,
  pinned,
  pinnedTwice,
  pinnedMeanwhile(MigrateMode.sync),
  pinnedMeanwhile(MigrateMode.syncLight),
  pinnedMeanwhile(MigrateMode.async),
  pinnedShrink,
  shrink,
  shrinkScattered,
  shrinkTwice,
  pageGroup,
  unloadAfterPin,
  unloadAfterShrink,
];
