import { counted, grouped } from '@movable-pages/explore';
import type { Searched } from '../play/playing.js';

/** What a search covered, in words: `unload: 2,953 schedules, all with at most 2 preemptions`. */
export function searchedWords({ scenario, schedules, preemptions, complete }: Searched): string {
  const bound =
    preemptions < 0
      ? 'a part of those without preemption'
      : `all with at most ${counted(preemptions, 'preemption')}`;
  return `${scenario}: ${counted(schedules, 'schedule')}, ${bound}${complete || preemptions < 0 ? '' : `, and some beyond`}`;
}

/** Schedules of all searches together. */
export function allSchedules(searched: readonly Searched[]): string {
  return grouped(searched.reduce((sum, each) => sum + each.schedules, 0));
}
