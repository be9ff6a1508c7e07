import type { Page } from '@movable-pages/core';
import type { WatchContext } from '../rule.js';

/** The driver state at one moment, as far as one thread changes it. */
export interface StateMark {
  readonly mark: ReturnType<WatchContext['kernel']['machine']['space']['mark']>;
  readonly list: string | null;
  release(): void;
}

/** Marks the driver state: what the running thread changes from here on can be asked. */
export function markState(context: WatchContext, page: Page): StateMark {
  const { space } = context.kernel.machine;
  const mark = space.mark(context.thread().name);
  return {
    mark,
    list: context.kernel.lists.listOf(page.pfn)?.name ?? null,
    release: () => space.release(mark),
  };
}

/** The net changes that the marking thread made since, in words. */
export function changesSince(context: WatchContext, before: StateMark, page: Page): string[] {
  const changes = context.kernel.machine.space
    .netChanges(before.mark)
    .map((change) => `${change.path}: ${String(change.before)} -> ${String(change.after)}`);
  const { lists } = context.kernel;
  const list = lists.listOf(page.pfn)?.name ?? null;
  if (list !== before.list && lists.lastMover(page.pfn) === context.thread().id)
    changes.push(`list of ${page}: ${before.list} -> ${list}`);
  return changes;
}
