import type { PageRequest } from './page-request.js';

/**
 * Whether those who asked to be told that memory is out are told for a request: not for one that can do without.
 *
 * @kernel mm/page_alloc.c __alloc_pages_may_oom
 */
export function mayOom({ gfp, thisNode }: PageRequest): boolean {
  return gfp.noRetry !== true && gfp.retryMayFail !== true && !thisNode;
}
