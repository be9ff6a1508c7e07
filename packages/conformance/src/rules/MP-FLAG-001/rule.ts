import { PageFlag } from '@movable-pages/core';
import { OpKind } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** PG_isolated is the VM's. @since 0.1.0 */
export const isolatedBitIsTheVms: Rule = {
  id: 'MP-FLAG-001',
  title: "PG_isolated is the VM's",
  statement: 'The driver does not set, clear or depend on bit 18 of the flags of its pages.',
  source: 'include/linux/page-flags.h PG_isolated',
  level: 'core',
  trigger: 'callback',
  hint: 'keep your own record of what is isolated',
  watch: (context) => ({
    step(thread) {
      const clears = thread.kind === OpKind.fetchAnd && (~thread.a & PageFlag.isolated) !== 0;
      const sets = thread.kind === OpKind.fetchOr && (thread.a & PageFlag.isolated) !== 0;
      if ((!clears && !sets) || thread.runningParty !== 'driver') return;
      const pfn = context.kernel.frames.pfnOf(thread.loc);
      if (pfn < 0 || context.kernel.frames.location(pfn, 0) !== thread.loc) return;
      context.broken({
        title: `the driver ${sets ? 'sets' : 'clears'} PG_isolated of page ${pfn}`,
        expected: 'the bit left alone',
        received: sets ? 'set' : 'cleared',
        subject: 'PG_isolated',
      });
    },
  }),
};
