import { expect } from 'vitest';
import { findExhibit, type Player, type Playing } from '../src/index.ts';

/** Plays an exhibit and expects that its broken twin is caught for the right reason, and its repaired twin clean. */
export function expectCaught(player: Player, id: string): Playing {
  const exhibit = findExhibit(id);
  const playing = player.play(exhibit);
  expect(playing.complaint).toBeNull();
  expect(playing.clean).toBe(true);
  expect(playing.repairedSearched.every(({ schedules }) => schedules > 0)).toBe(true);
  expect(playing.finding).not.toBeNull();
  const { detectors, code } = playing.finding!;
  expect([...detectors], code).toSatisfy((seen: string[]) =>
    exhibit.detectors.some((each) => seen.includes(each)),
  );
  expect(playing.caught).toBe(true);
  return playing;
}
