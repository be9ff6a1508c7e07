import { MIGRATEPAGE_SUCCESS } from '@movable-pages/core';
import { isMarked } from '../../judge/page-facts.js';
import type { Rule } from '../../rule.js';

/** A successful migration moves the driver to the target. @since 0.1.0 */
export const migrateSuccessLedger: Rule = {
  id: 'MP-MIG-002',
  title: 'A successful migration moves the driver to the target',
  statement:
    'When migratePage returns 0, the driver has let go of the source with clearPageMovable and put its reference on it, and holds one reference of its own on the target.',
  source: 'mm/zsmalloc.c zs_page_migrate; mm/migrate.c move_to_new_page',
  level: 'core',
  trigger: 'migrate-succeeded',
  hint: 'on success: newPage.get(), setPageMovable(newPage), clearPageMovable(oldPage), oldPage.put()',
  watch: (context) => ({
    migrate(newPage, oldPage, _mode, result) {
      if (result !== MIGRATEPAGE_SUCCESS) return;
      const problems: string[] = [];
      if (isMarked(context.kernel, oldPage)) problems.push(`${oldPage} (source) is still marked movable`);
      const source = context.callbackReferences(oldPage);
      const target = context.callbackReferences(newPage);
      if (source !== -1) problems.push(`its references on the source changed by ${source}, not by -1`);
      if (target !== 1) problems.push(`its references on the target changed by ${target}, not by 1`);
      if (problems.length === 0) return;
      context.broken({
        title: `migratePage of ${oldPage} to ${newPage} said 0, but ${problems[0]}`,
        expected: 'source let go of and put, one reference on the target',
        received: problems.join('; '),
        subject: problems.map((problem) => problem.replace(/-?\d+/g, 'n')).join('; '),
      });
    },
  }),
};
