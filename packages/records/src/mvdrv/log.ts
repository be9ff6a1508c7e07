import { errnoName, MigrateMode } from '@movable-pages/core';

/** A line of the log: a callback or the return of a function of the core, with what records keep of it. */
export type LogEntry = Readonly<Record<string, string | number | boolean>>;

/** A return value as records write it: errors by name, anything else as it is. */
export function returned(value: number): string | number {
  return value < 0 ? errnoName(value) : value;
}

const MODE_NAMES: Readonly<Record<MigrateMode, string>> = {
  [MigrateMode.async]: 'ASYNC',
  [MigrateMode.syncLight]: 'SYNC_LIGHT',
  [MigrateMode.sync]: 'SYNC',
  [MigrateMode.syncNoCopy]: 'SYNC_NO_COPY',
};

/** A migration mode as records write it. */
export function modeName(mode: MigrateMode): string {
  return MODE_NAMES[mode];
}
