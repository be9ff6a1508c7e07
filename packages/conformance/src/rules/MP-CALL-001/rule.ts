import { OpKind } from '@movable-pages/machine';
import { isCallback } from '../../judge/callbacks.js';
import type { Rule } from '../../rule.js';

/** Callbacks leave the locks they were given alone. @since 0.1.0 */
export const callbacksLeaveLocksAlone: Rule = {
  id: 'MP-CALL-001',
  title: 'Callbacks leave the locks they were given alone',
  statement:
    'A callback neither takes, tries nor drops the page locks that the VM holds for it, drops no other lock of its caller, and returns with no lock of its own.',
  source: 'mm/migrate.c; z3fold try-locking a page that its caller held',
  level: 'core',
  trigger: 'callback',
  hint: 'the page is locked already when a callback runs; release your own locks on every path out of it',
  judges: (violation) => violation.code === 'MP_PINNED_LOCK_DROPPED' || violation.code === 'MP_LOCK_LEAK',
  watch: (context) => ({
    step(thread) {
      const { lock } = thread;
      if (lock === null || lock.lockClass !== 'page lock' || thread.kind === OpKind.release) return;
      const scope = thread.scope;
      if (scope === undefined || !isCallback(scope.what)) return;
      const held = thread.held.findIndex((each) => each.lock === lock);
      if (held < 0 || held >= scope.heldOnEntry) return;
      context.broken({
        title: `${scope.what} asks for ${lock.name}, which its caller holds for it`,
        expected: 'the page locks left alone',
        received:
          thread.kind === OpKind.tryAcquire
            ? 'a try-lock that can never succeed'
            : 'a lock that can never be had',
        subject: scope.what,
      });
    },
  }),
};
