import type { Page } from '@movable-pages/core';
import { isCallback, isReclaimCall } from '../../judge/callbacks.js';
import type { Rule } from '../../rule.js';

/** After unloading nobody calls. @since 0.1.0 */
export const nobodyCallsAfterUnload: Rule = {
  id: 'MP-REL-003',
  title: 'No callback comes once the driver is unloaded',
  statement:
    'When unload has returned, no page leads to the driver any more: what is isolated has been waited for, or let go of with clearPageMovable. Nor is a call of its shrinkers and notifiers under way.',
  source:
    'mm/zsmalloc.c wait_for_isolated_drain; drivers/virtio/virtio_balloon.c remove_common; mm/vmscan.c unregister_shrinker, which waits for shrinker_rwsem',
  level: 'lifecycle',
  trigger: 'unloaded',
  optional: { although: 'quiesced', why: 'the workload has no unload()' },
  hint: 'refuse new isolations first, then wait until none of your pages is isolated, then take away what the callbacks use; after unregisterShrinker, synchronizeShrinkers',
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
    return {
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
