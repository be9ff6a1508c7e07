import type { Rule } from '../../rule.js';

/** Every operation comes to an end. @since 0.1.0 */
export const alwaysEnds: Rule = {
  id: 'MP-LIVE-001',
  title: 'Every operation comes to an end',
  statement: 'No callback and no user operation runs for ever, with or without operations in its loop.',
  source: 'mm/migrate.c: ten passes, no more',
  level: 'concurrency',
  trigger: 'callback',
  hint: 'bound every retry, and wait for a wake-up where you would spin',
  judges: (violation) =>
    violation.kind === 'livelock' || violation.kind === 'step-limit' || violation.kind === 'hang',
};
