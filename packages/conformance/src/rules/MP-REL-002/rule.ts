import { holders } from '../../judge/page-facts.js';
import type { Rule } from '../../rule.js';

/** Nothing is left over. @since 0.1.0 */
export const nothingLeaks: Rule = {
  id: 'MP-REL-002',
  title: 'Nothing is left over',
  statement:
    'When every object is freed and the driver is unloaded, it holds no page: every page that it ever had is free.',
  source: 'unload paths of zsmalloc, z3fold, virtio_balloon',
  level: 'lifecycle',
  trigger: 'quiesced',
  hint: 'free the page whichever way isolation ended: by putback, by migration, or freed while isolated',
  judges: (violation) => violation.code === 'MP_REFERENCE_LEFT' || violation.kind === 'leak',
  watch: (context) => ({
    quiesce(unloaded) {
      if (!unloaded) return;
      const left: string[] = [];
      for (let pfn = 0; pfn < context.kernel.frames.count; pfn++) {
        const page = context.kernel.page(pfn);
        if (page.refCount !== 0) left.push(`${page} (${holders(context.kernel, page)})`);
      }
      if (left.length === 0) return;
      context.broken({
        title: `${left.length} ${left.length === 1 ? 'page is' : 'pages are'} lost: ${left[0]}`,
        expected: 'every page free',
        received: left.join('; '),
        subject: 'pages left',
      });
    },
  }),
};
