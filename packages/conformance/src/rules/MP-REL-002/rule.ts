import { Page } from '@movable-pages/core';
import { holders } from '../../judge/page-facts.js';
import type { Rule, WatchContext } from '../../rule.js';

/** Pages that somebody still holds: `page 3 (held by driver: 1)`. */
function heldPages({ kernel }: WatchContext): string[] {
  const held: string[] = [];
  for (let pfn = 0; pfn < kernel.frames.count; pfn++) {
    const page = kernel.page(pfn);
    if (page.refCount !== 0) held.push(`${page} (${holders(kernel, page)})`);
  }
  return held;
}

const isFreePage = (handle: object): boolean => handle instanceof Page && handle.refCount === 0;

/** Nothing is left over. @since 0.1.0 */
export const nothingLeaks: Rule = {
  id: 'MP-REL-002',
  title: 'Nothing is left over',
  statement:
    'When every object is freed and the driver is unloaded, it holds no page: every page that it ever had is free, and no array, Map or Set of the driver leads to a freed page or object.',
  source: 'unload paths of zsmalloc, z3fold, virtio_balloon',
  level: 'lifecycle',
  trigger: 'quiesced',
  hint: 'free the page whichever way isolation ended (by putback, by migration, or freed while isolated), and take it out of every collection of yours before the last put',
  judges: (violation) => violation.code === 'MP_REFERENCE_LEFT' || violation.kind === 'leak',
  watch: (context) => ({
    quiesce(unloaded) {
      if (!unloaded) return;
      const held = heldPages(context);
      if (held.length > 0) {
        context.broken({
          title: `${held.length} ${held.length === 1 ? 'page is' : 'pages are'} lost: ${held[0]}`,
          expected: 'every page free',
          received: held.join('; '),
          subject: 'pages left',
        });
        return;
      }
      const [first, ...others] = context.kernel.machine.space.dangling(isFreePage);
      if (first === undefined) return;
      const what = first.value instanceof Page ? String(first.value) : 'an object';
      context.broken({
        title: `${first.path} still leads to ${what}, which is free`,
        expected: 'collections of the driver without anything freed',
        received: [first, ...others].map(({ path }) => path).join('; '),
        subject: 'freed and still listed',
      });
    },
  }),
};
