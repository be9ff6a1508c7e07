import { isMarked } from '../../judge/page-facts.js';
import type { Rule } from '../../rule.js';

/** A movable page is let go of before it is freed. @since 0.1.0 */
export const clearedBeforeFree: Rule = {
  id: 'MP-REL-001',
  title: 'A movable page is let go of before it is freed',
  statement:
    'The driver calls clearPageMovable, under the page lock, before it drops its last reference on a page.',
  source: 'page_migration.rst, "__ClearPageMovable"',
  level: 'lifecycle',
  trigger: 'driver-put',
  hint: 'lock the page, clearPageMovable, unlock, then put',
  watch: (context) => ({
    reference(page, party, delta, held) {
      if (party !== 'driver' || delta >= 0 || held !== 0 || !isMarked(context.kernel, page)) return;
      context.broken({
        title: `the driver drops its last reference on ${page}, which is still marked movable`,
        expected: 'clearPageMovable before the last put',
        received: 'a page with live operations going free',
        subject: 'put',
      });
    },
  }),
};
