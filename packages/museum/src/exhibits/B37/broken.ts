import { MigrateMode, type VmSteps } from '@movable-pages/core';

/** Waits, whatever it has isolated itself. */
export const waitsForItself: VmSteps['givesUpIsolating'] = (cc) => cc.mode === MigrateMode.async;
