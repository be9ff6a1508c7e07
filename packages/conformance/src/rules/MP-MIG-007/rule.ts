import { Errno, errnoName } from '@movable-pages/core';
import { OpKind, type KThread } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** A lock that somebody holds is a passing reason. @since 0.1.0 */
export const heldLockPasses: Rule = {
  id: 'MP-MIG-007',
  title: 'A held lock is no lasting reason',
  statement:
    'When migratePage gives up because it could not have a lock at once, it returns -EAGAIN: any other error is taken for lasting, and the page is not tried again.',
  source:
    'page_migration.rst, "migratepage": -EAGAIN asks for a retry, on any other error the VM does not try again; drivers/virtio/virtio_balloon.c virtballoon_migratepage',
  level: 'core',
  trigger: 'migrate-lock-held',
  optional: {
    although: 'migrate-succeeded',
    why: 'migratePage never gave up for a lock that somebody held',
  },
  hint: 'return -EAGAIN where a try-lock fails; keep other errors for what will be the same at the next try',
  watch(context) {
    /** The callbacks that run, each with whether the last thing that did not go as it should was a try-lock. */
    const running = new Map<KThread, { heldUp: boolean }>();
    return {
      begin: () => running.clear(),
      migrateEnter: () => void running.set(context.thread(), { heldUp: false }),
      step(thread, result) {
        const call = running.get(thread);
        if (call === undefined) return;
        if (thread.kind === OpKind.tryAcquire) call.heldUp = result === false;
        else if (thread.kind === OpKind.acquire) call.heldUp = false;
        else if (thread.kind === OpKind.choose && result !== 0) call.heldUp = false;
      },
      migrate(_newPage, oldPage, _mode, result) {
        const call = running.get(context.thread());
        running.delete(context.thread());
        if (call?.heldUp !== true || result === 0) return;
        context.trigger('migrate-lock-held');
        if (typeof result !== 'number' || result > 0 || result === -Errno.EAGAIN) return;
        context.broken({
          title: `migratePage of ${oldPage} gave up for a lock that somebody holds, and called that lasting`,
          expected: '-EAGAIN',
          received: errnoName(result),
          subject: 'migratePage',
        });
      },
    };
  },
};
