import type { Kernel } from '@movable-pages/core';
import type { Rule } from '../../rule.js';

/** Counters of memory that drivers keep up to date, where memory is: by node or by zone. */
function countersOf(kernel: Kernel): ReadonlyMap<string, number> {
  const { nodeStat, zones } = kernel.memory;
  return new Map(zones.map(({ node }) => [`nr_zspages of node ${node}`, nodeStat.read(node, 'nr_zspages')]));
}

/** What is counted by place moves with the page. @since 0.1.0 */
export const placesAreCounted: Rule = {
  id: 'MP-STAT-001',
  title: 'Counters of nodes and zones come out even',
  statement:
    'What the driver counts by node or zone it moves when a page moves to another: when everything is freed, each counter is what it was before the driver had a page.',
  source:
    'mm/zsmalloc.c zs_page_migrate (NR_ZSPAGES); mm/balloon_compaction.c balloon_page_migrate (managed pages)',
  level: 'lifecycle',
  trigger: 'counted-by-place',
  optional: { although: 'quiesced', why: 'the driver counts nothing by node or zone' },
  hint: 'in migratePage, if the pages are not of one zone: one less where the source is, one more where the target is',
  watch(context) {
    const { kernel } = context;
    const before = countersOf(kernel);
    let counts = false;
    return {
      // What every execution begins with, its objects made: a counter that has moved is one of the driver's.
      begin() {
        for (const [name, value] of countersOf(kernel)) counts ||= value !== before.get(name);
      },
      quiesce(unloaded) {
        if (!unloaded) return;
        if (counts) context.trigger('counted-by-place');
        for (const [name, value] of countersOf(kernel)) {
          const was = before.get(name)!;
          if (value === was) continue;
          context.broken({
            title: `${name} is ${value} when everything is freed`,
            expected: String(was),
            received: String(value),
            subject: name,
          });
          return;
        }
      },
    };
  },
};
