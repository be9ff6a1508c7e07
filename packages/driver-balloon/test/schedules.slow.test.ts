import { linux510, linux61, MigrateMode } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { balloonOn, exploreBalloon, type Cast } from './scene.fixture.ts';

/** Casts small enough for every schedule of two preemptions. */
const small: readonly Cast[] = [
  { vms: [MigrateMode.sync], frames: [0], users: ['i'] },
  { vms: [MigrateMode.async], frames: [0], users: ['id'] },
  { vms: ['putback'], frames: [0], users: ['i'], unload: true },
  { vms: ['putback'], frames: [0], users: ['id'] },
];

describe.each([linux510, linux61])(
  'the balloon on $name, under every schedule of two preemptions',
  (profile) => {
    it.each(small)('survives VM $vms against users $users', (cast) => {
      const result = exploreBalloon(balloonOn(profile), cast, {
        search: 'bounded',
        preemptions: 2,
        maxExecutions: 300_000,
      });
      expect(result).toMatchObject({ found: [], completedPreemptions: 2, stop: 'bound' });
      expect(result.executions).toBeGreaterThan(30);
    });

    it('survives the whole cast for as long as the budget lasts', () => {
      const cast = { vms: [MigrateMode.sync], frames: [0, 1], users: ['id', 'id'], unload: true };
      const result = exploreBalloon(balloonOn(profile), cast, {
        search: 'bounded',
        preemptions: 2,
        maxExecutions: 100_000,
        sampled: 20_000,
      });
      expect(result.found).toEqual([]);
      expect(result.executions).toBe(120_000);
    });
  },
);
