import type { Page } from '@movable-pages/core';
import type { Rule } from '../../rule.js';

/** The driver drops only references that it holds. @since 0.1.0 */
export const referencesBalance: Rule = {
  id: 'MP-REF-001',
  title: 'The driver drops only references that it holds',
  statement:
    "isolatePage and putbackPage change no reference count, and nowhere does the driver drop a reference that it did not take: the isolation reference and the allocation reference of a target are the VM's.",
  source: 'mm/migrate.c isolate_movable_page, putback_movable_page',
  level: 'core',
  trigger: 'callback',
  hint: 'drop references where you took them; the VM drops its own',
  judges: (violation) => violation.code === 'MP_COUNTER_UNDERFLOW',
  watch(context) {
    const settle = (what: string, page: Page) => {
      const delta = context.callbackReferences(page);
      if (delta === 0) return;
      context.broken({
        title: `${what} changed the driver's references on ${page} by ${delta}`,
        expected: 'no change',
        received: `${delta > 0 ? '+' : ''}${delta}`,
        subject: what,
      });
    };
    return {
      isolate: (page) => settle('isolatePage', page),
      putback: (page) => settle('putbackPage', page),
      reference(page, party, delta, held) {
        if (party !== 'driver' || delta >= 0 || held >= 0) return;
        context.broken({
          title: `the driver drops a reference on ${page} that it does not hold`,
          expected: 'a reference of its own',
          received: `${-held} more dropped than taken`,
          subject: 'put',
        });
      },
    };
  },
};
