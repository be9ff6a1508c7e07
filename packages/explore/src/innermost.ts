import type { KThread } from '@movable-pages/machine';

/** The innermost scope of a thread, by name. */
export function innermost(thread: KThread): string | null {
  return thread.scope?.what ?? null;
}
