import type { Page } from '../memory/page.js';

/**
 * Emits that an entry for a page was stored, in profiles whose kernels do.
 *
 * @kernel include/trace/events/migrate.h set_migration_pte, remove_migration_pte
 */
export function traceEntry(
  event: 'set_migration_pte' | 'remove_migration_pte',
  page: Page,
  vpn: number,
  pte: number,
): void {
  const { events, profile, contents } = page.kernel;
  if (!profile.tracesMigrationEntries || events.listenerCount(event) === 0) return;
  events.emit(event, { vpn, pageSize: contents.pageWords * 4, pte, order: 0 });
}
