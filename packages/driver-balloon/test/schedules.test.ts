import { linux510, linux61, MigrateMode } from '@movable-pages/core';
import { describe, expect, it } from 'vitest';
import { balloonOn, exploreBalloon } from './scene.fixture.ts';

const actions = [
  ['migrates in ASYNC mode', MigrateMode.async],
  ['migrates in SYNC_LIGHT mode', MigrateMode.syncLight],
  ['migrates in SYNC mode', MigrateMode.sync],
  ['migrates in SYNC_NO_COPY mode', MigrateMode.syncNoCopy],
  ['puts back', 'putback'],
] as const;

/** The deepest bound, and executions within it; the slow tier goes to its end. */
const BUDGET = { preemptions: 2, maxExecutions: 1500, sampled: 300 };

describe.each([linux510, linux61])('the balloon on $name, under schedule after schedule', (profile) => {
  it.each(actions)('survives a VM that %s while two users inflate and deflate', (_name, vm) => {
    const result = exploreBalloon(balloonOn(profile), { vms: [vm], frames: [0], users: ['i', 'd'] }, BUDGET);
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBeGreaterThanOrEqual(0);
    expect(result.executions).toBeGreaterThan(50);
  });

  it('survives two VM threads after the same page', () => {
    const cast = { vms: [MigrateMode.sync, 'putback'] as const, frames: [0], users: ['id'] };
    const result = exploreBalloon(balloonOn(profile), cast, BUDGET);
    expect(result.found).toEqual([]);
    expect(result.completedPreemptions).toBeGreaterThanOrEqual(0);
    expect(result.executions).toBeGreaterThan(50);
  });

  it.each(actions)('survives a VM that %s while two users are at work and it is unloaded', (_name, vm) => {
    const cast = { vms: [vm], frames: [0, 1], users: ['id', 'id'], unload: true };
    const result = exploreBalloon(balloonOn(profile), cast, BUDGET);
    expect(result.found).toEqual([]);
    expect(result.executions).toBeGreaterThan(50);
    expect(result.sampled).toBe(300);
  });
});

it('survives every schedule of an unloading against a putback', () => {
  const result = exploreBalloon(
    balloonOn(),
    { vms: ['putback'], frames: [0], users: ['i'], unload: true },
    {},
  );
  expect(result).toMatchObject({ found: [], exhausted: true });
  expect(result.executions).toBeGreaterThan(50);
});
