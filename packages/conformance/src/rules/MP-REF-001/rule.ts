import type { Page } from '@movable-pages/core';
import { isMarked } from '../../judge/page-facts.js';
import type { Rule } from '../../rule.js';

const KEEPS_REFERENCES = /\.(isolatePage|putbackPage)$/;

/** The driver drops only references that it holds. @since 0.1.0 */
export const referencesBalance: Rule = {
  id: 'MP-REF-001',
  title: 'The driver drops only references that it holds',
  statement:
    "isolatePage and putbackPage change no reference count of a page that stays the driver's, and nowhere does the driver drop a reference that it did not take: the isolation reference and the allocation reference of a target are the VM's.",
  source: 'mm/migrate.c isolate_movable_page, putback_movable_page',
  level: 'core',
  trigger: 'callback',
  hint: 'drop references where you took them; the VM drops its own',
  judges: (violation) =>
    violation.code === 'MP_COUNTER_UNDERFLOW' || violation.code === 'MP_REFERENCE_NOT_HELD',
  watch(context) {
    const settle = (what: string, page: Page) => {
      const delta = context.callbackReferences(page);
      if (delta === 0) return;
      // A page that was to be freed while it was isolated may be let go of when it comes back (z3fold_page_putback).
      if (what === 'putbackPage' && delta === -1 && !isMarked(context.kernel, page)) return;
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
        if (party !== 'driver' || delta >= 0) return;
        const scope = context.thread().scope?.what ?? '';
        if (held === 0 && KEEPS_REFERENCES.test(scope) && isMarked(context.kernel, page)) {
          context.broken({
            title: `${scope} drops a reference on ${page}, which it did not take`,
            expected: 'no change',
            received: '-1',
            subject: scope.replace(/^.*\./, ''),
          });
          return;
        }
        if (held >= 0) return;
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
