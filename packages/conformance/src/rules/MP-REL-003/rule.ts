import type { Page } from '@movable-pages/core';
import { isCallback, isReclaimCall } from '../../judge/callbacks.js';
import { OpKind, type KThread } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** After unloading nothing of the driver runs. @since 0.1.0 */
export const nothingRunsAfterUnload: Rule = {
  id: 'MP-REL-003',
  title: 'Nothing of the driver runs once it is unloaded',
  statement:
    'When unload has returned, no page leads to the driver any more: what is isolated has been waited for, or let go of with clearPageMovable. Nor is a call of its shrinkers and notifiers under way, nor does any work or thread of its own run on.',
  source:
    'mm/zsmalloc.c wait_for_isolated_drain; drivers/virtio/virtio_balloon.c remove_common; mm/vmscan.c unregister_shrinker, which waits for shrinker_rwsem; kernel/workqueue.c destroy_workqueue; kernel/kthread.c kthread_stop',
  level: 'lifecycle',
  trigger: 'unloaded',
  optional: { although: 'quiesced', why: 'the workload has no unload()' },
  hint: 'refuse new isolations first, then wait until none of your pages is isolated, then take away what the callbacks use; after unregisterShrinker, synchronizeShrinkers; destroy work queues, and wait for threads to end',
  watch(context) {
    /** A callback, or a call for reclaim, that runs in any thread. */
    const running = () =>
      context.kernel.machine.threads
        .flatMap((thread) => (thread.finished ? [] : thread.scopes))
        .find(({ what }) => isCallback(what) || isReclaimCall(what));
    const called = (what: string, page: Page) => {
      if (!context.unloaded()) return;
      context.broken({
        title: `${what} is called for ${page} after unload has returned`,
        expected: 'no page that is still marked as the driver\u2019s',
        received: `${page} isolated or movable`,
        subject: what,
      });
    };
    const threadsBefore = new Set(context.kernel.machine.threads);
    /** It runs the driver's code: called by somebody, or on a thread that was declared with the driver or made by it. */
    const isInDriver = (thread: KThread) =>
      thread.runningParty === 'driver' || (thread.party === 'user' && threadsBefore.has(thread));
    const ranOn = (thread: KThread) => {
      if (!context.unloaded() || thread.betweenWork || !isInDriver(thread)) return;
      // Nothing of it has run yet, or a scenario called it: free_irq is a flag that the handler looks at.
      if (thread.kind === OpKind.start || thread.interrupt) return;
      context.broken({
        title: `${thread.name} runs code of the driver after unload has returned`,
        expected: 'no work pending or under way, every thread at its end, and nothing registered',
        received: `a step of ${thread.name}${thread.scope === undefined ? '' : ` in ${thread.scope.what}`}`,
        subject: thread.name,
      });
    };
    return {
      ...(context.workload.unload === undefined ? {} : { step: ranOn }),
      isolateEnter: (page) => called('isolatePage', page),
      migrateEnter: (_newPage, oldPage) => called('migratePage', oldPage),
      putbackEnter: (page) => called('putbackPage', page),
      unload() {
        const scope = running();
        if (scope === undefined) return;
        context.broken({
          title: `unload returns while ${scope.what} runs`,
          expected: 'no callback under way',
          received: scope.what,
          subject: 'unload',
        });
      },
      quiesce(unloaded) {
        if (unloaded && context.workload.unload !== undefined) context.trigger('unloaded');
      },
    };
  },
};
