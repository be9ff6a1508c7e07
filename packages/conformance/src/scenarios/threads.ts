import { migrateModeName, type MigrateMode, type Op } from '@movable-pages/core';
import type { KThread } from '@movable-pages/machine';
import type { ScenarioContext } from '../scenario.js';
import { compact } from './actors.js';

/** A mode as part of a scenario's id. */
export function modeId(mode: MigrateMode): string {
  return migrateModeName(mode).replace('MIGRATE_', '').toLowerCase().replaceAll('_', '-');
}

/** Declares a thread of the VM that wants every page it finds: migrates them, or with no mode puts them back. */
export function compactor(context: ScenarioContext, mode: MigrateMode | null, name = 'compactor'): KThread {
  return context.kernel.machine.thread(name, { party: 'vm' }, () =>
    compact(context, ...(mode === null ? [] : [mode])),
  );
}

/** Declares a thread that uses the driver. What it returns, the closer frees. */
export function user(context: ScenarioContext, name: string, body: () => Op<unknown>): KThread {
  return context.kernel.machine.thread(name, { party: 'user' }, body);
}
