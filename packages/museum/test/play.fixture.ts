import { expect } from 'vitest';
import { findExhibit, type Player, type Playing } from '../src/index.ts';

/** Plays an exhibit and expects that its broken twin is caught for the right reason, and its repaired twin clean. */
export function expectCaught(player: Player, id: string): Playing {
  const exhibit = findExhibit(id);
  const playing = player.play(exhibit);
  expect(playing.complaint).toBeNull();
  expect(playing.repairedSearched.every(({ schedules }) => schedules > 0)).toBe(true);
  expect(playing.finding).not.toBeNull();
  expect(exhibit.detectors).toEqual(
    expect.toSatisfy((may: string[]) => playing.finding!.detectors.some((each) => may.includes(each))),
  );
  expect(playing).toMatchObject({ caught: true, clean: true });
  return playing;
}
