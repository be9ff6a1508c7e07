import type { Rule } from '../rule.js';
import { setMovableLocked } from './MP-MARK-001/rule.js';
import { clearMovableOnce } from './MP-MARK-002/rule.js';
import { mappingIsNotWritten } from './MP-MARK-003/rule.js';
import { isolateReturnsBoolean } from './MP-ISO-001/rule.js';
import { refusalChangesNothing } from './MP-ISO-002/rule.js';
import { isolatedPageOffLists } from './MP-ISO-003/rule.js';
import { lruBelongsToVm } from './MP-LRU-001/rule.js';
import { migrateReturnCode } from './MP-MIG-001/rule.js';
import { migrateSuccessLedger } from './MP-MIG-002/rule.js';
import { contentsSurvive } from './MP-MIG-003/rule.js';
import { failureChangesNothing } from './MP-MIG-004/rule.js';
import { noCopyRefused } from './MP-MIG-005/rule.js';
import { atRestItMoves } from './MP-MIG-006/rule.js';
import { heldLockPasses } from './MP-MIG-007/rule.js';
import { putbackUndoesIsolate } from './MP-PUT-001/rule.js';
import { pinnedStays } from './MP-PIN-001/rule.js';
import { shrinkIsTrue } from './MP-SHR-001/rule.js';
import { referencesBalance } from './MP-REF-001/rule.js';
import { isolatedBitIsTheVms } from './MP-FLAG-001/rule.js';
import { callbacksLeaveLocksAlone } from './MP-CALL-001/rule.js';
import { callbacksDoNotThrow } from './MP-CALL-002/rule.js';
import { noSleepInAtomic } from './MP-CTX-001/rule.js';
import { asyncNeverSleeps } from './MP-CTX-002/rule.js';
import { clearedBeforeFree } from './MP-REL-001/rule.js';
import { nothingLeaks } from './MP-REL-002/rule.js';
import { isolatedCountIsTrue } from './MP-CNT-001/rule.js';
import { operationsRegistered } from './MP-OPS-001/rule.js';
import { nothingRunsAfterUnload } from './MP-REL-003/rule.js';
import { placesAreCounted } from './MP-STAT-001/rule.js';
import { inventoryIsTrue } from './MP-INV-001/rule.js';
import { noUseAfterFree } from './MP-UAF-001/rule.js';
import { noDataRace } from './MP-RACE-001/rule.js';
import { noDeadlock } from './MP-DEAD-001/rule.js';
import { alwaysEnds } from './MP-LIVE-001/rule.js';
import { trackedStateOnly } from './MP-DET-001/rule.js';
import { capabilitiesAreTrue } from './MP-CAP-001/rule.js';
import { primitivesUsedRight } from './MP-API-001/rule.js';

/**
 * Every rule of the suite, in the order of reports. A violation belongs to the first rule that judges it.
 *
 * @since 0.1.0
 */
export const rules: readonly Rule[] = [
  setMovableLocked,
  clearMovableOnce,
  mappingIsNotWritten,
  isolateReturnsBoolean,
  refusalChangesNothing,
  isolatedPageOffLists,
  lruBelongsToVm,
  migrateReturnCode,
  migrateSuccessLedger,
  contentsSurvive,
  failureChangesNothing,
  noCopyRefused,
  atRestItMoves,
  heldLockPasses,
  putbackUndoesIsolate,
  pinnedStays,
  shrinkIsTrue,
  referencesBalance,
  isolatedBitIsTheVms,
  callbacksLeaveLocksAlone,
  callbacksDoNotThrow,
  noSleepInAtomic,
  asyncNeverSleeps,
  clearedBeforeFree,
  nothingRunsAfterUnload,
  nothingLeaks,
  placesAreCounted,
  operationsRegistered,
  isolatedCountIsTrue,
  inventoryIsTrue,
  noUseAfterFree,
  noDataRace,
  noDeadlock,
  alwaysEnds,
  trackedStateOnly,
  capabilitiesAreTrue,
  primitivesUsedRight,
];
