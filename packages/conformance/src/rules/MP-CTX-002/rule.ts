import type { Rule } from '../../rule.js';

/** Callbacks sleep only as their mode allows. @since 0.1.0 */
export const asyncNeverSleeps: Rule = {
  id: 'MP-CTX-002',
  title: 'Callbacks sleep only as their mode allows',
  statement:
    'With ASYNC a callback does not sleep at all; in isolatePage and with SYNC_LIGHT it sleeps on locks only, never for an event.',
  source: 'include/linux/migrate_mode.h',
  level: 'core',
  trigger: 'async-callback',
  hint: 'use try-locks and return -EAGAIN (or false from isolatePage); wait for events in SYNC only',
  judges: (violation) => violation.code === 'MP_SLEEP_IN_CALLBACK',
};
