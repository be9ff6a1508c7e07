import { PageWord } from '@movable-pages/core';
import { OpKind } from '@movable-pages/machine';
import type { Rule } from '../../rule.js';

/** page.mapping is not written by hand. @since 0.1.0 */
export const mappingIsNotWritten: Rule = {
  id: 'MP-MARK-003',
  title: 'page.mapping is not written by hand',
  statement:
    'The driver changes page.mapping of a page only through setPageMovable and clearPageMovable: the low bits of the word say what the page is, and the VM goes by them.',
  source: 'page_migration.rst, "PG_movable": page->mapping must be set and read by the functions only',
  level: 'core',
  trigger: 'set-movable',
  hint: 'keep what belongs to a page in page.private or in an object of your own',
  watch: (context) => ({
    step(thread) {
      // The functions name their operations; one that is made by hand has no name.
      if (thread.runningParty !== 'driver' || thread.label !== '' || !writes(thread.kind)) return;
      const { frames } = context.kernel;
      const pfn = frames.pfnOf(thread.loc);
      if (pfn < 0 || frames.location(pfn, PageWord.mapping) !== thread.loc) return;
      context.broken({
        title: `the driver writes the mapping word of page ${pfn}`,
        expected: 'setPageMovable or clearPageMovable',
        received: context.kernel.machine.describeOp(thread),
        subject: 'page.mapping',
      });
    },
  }),
};

function writes(kind: number): boolean {
  return (
    kind === OpKind.store ||
    kind === OpKind.add ||
    kind === OpKind.fetchAdd ||
    kind === OpKind.fetchOr ||
    kind === OpKind.fetchAnd ||
    kind === OpKind.compareExchange
  );
}
