import { Errno } from '@movable-pages/core';
import { beforeEach, describe, expect, test } from 'vitest';
import { Bench } from './support.ts';

const { EBUSY, EDEADLK, EINVAL } = Errno;

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.command('alloc 1 4');
});

describe('a command that is refused changes nothing', () => {
  test.each<[string, readonly string[], string, number]>([
    ['an unknown name', [], 'fly 1', EINVAL],
    ['a name of every object', [], 'toString', EINVAL],
    ['too few numbers', [], 'hold', EINVAL],
    ['too many numbers', [], 'hold 1 2', EINVAL],
    ['a word for a number', [], 'hold one', EINVAL],
    ['a page that there is not', [], 'hold 4', EINVAL],
    ['a negative page', [], 'lock -1', EINVAL],
    ['a mode that there is not', [], 'list 3 0', EINVAL],
    ['a second alloc', [], 'alloc 1 1', EBUSY],
    ['an alloc with pages on the held list', ['isohold 1', 'free'], 'alloc 1 1', EBUSY],
    ['an alloc on no node', ['free'], 'alloc 2 1', EINVAL],
    ['an alloc of nothing', ['free'], 'alloc 1 0', EINVAL],
    ['a second lock', ['lock 1'], 'lock 1', EINVAL],
    ['an unlock of what is not locked', [], 'unlock 1', EINVAL],
    ['a drop of what is not held', ['hold 1', 'drop 1'], 'drop 1', EINVAL],
    ['a second release', ['hold 1', 'release 1'], 'release 1', EINVAL],
    ['isolating a page that is gone', ['release 1'], 'isohold 1', EINVAL],
    ['unregistering what is not registered', ['unreg 1'], 'unreg 1', EINVAL],
    ['resetting the mapping of an isolated page', ['isohold 1'], 'plain 1', EINVAL],
    ['releasing under a lock', ['lock 1'], 'release 1', EDEADLK],
    ['unregistering under a lock', ['lock 1'], 'unreg 1', EDEADLK],
    ['registering under a lock', ['unreg 1', 'lock 1'], 'reg 1', EDEADLK],
    ['putback of a locked page', ['isohold 1', 'lock 1'], 'putback', EDEADLK],
    ['migrating a locked page in SYNC', ['isohold 1', 'lock 1'], 'migheld 2 0', EDEADLK],
    ['migrating a locked page in SYNC_LIGHT', ['isohold 1', 'lock 1'], 'migheld 1 0', EDEADLK],
  ])('%s', (_what, before, command, error) => {
    for (const text of before) expect(bench.command(text), `${text}`).toBe(0);
    const state = bench.state();
    expect(bench.command(command)).toBe(-error);
    expect(bench.state()).toEqual(state);
  });
});

describe('holds', () => {
  test('stay with the frame of the first while its page moves on', () => {
    for (const text of ['hold 0', 'list 2 0', 'hold 0']) expect(bench.command(text)).toBe(0);
    expect(bench.state().old_frames).toEqual([
      { page: 0, node: 1, refs: 2, movable: true, has_ops: false, isolated: false },
    ]);
    for (const text of ['drop 0', 'drop 0', 'hold 0']) expect(bench.command(text)).toBe(0);
    const { old_frames, pages } = bench.state();
    expect(old_frames).toEqual([]);
    expect(pages[0]).toMatchObject({ refs: 2, extra_refs: 1, frame_changed: true, node: 0 });
  });

  test('outlive their page', () => {
    for (const text of ['hold 0', 'list 2 0', 'release 0']) expect(bench.command(text)).toBe(0);
    expect(bench.state().pages[0]).toMatchObject({ page: 1 });
    expect(bench.state().old_frames).toMatchObject([{ page: 0, refs: 1 }]);
    expect(bench.command('drop 0')).toBe(0);
    expect(bench.state().old_frames).toEqual([]);
  });
});

test('a page that was isolated and released is told of when it goes, not before', () => {
  for (const text of ['isohold 1', 'release 1']) expect(bench.command(text)).toBe(0);
  expect(bench.mvdrv.log).toHaveLength(0);
  expect(bench.state().pages[1]).toMatchObject({
    page: 1,
    refs: 1,
    owned: false,
    has_ops: false,
    movable: true,
  });
  expect(bench.command('putback')).toBe(0);
  expect([...bench.mvdrv.log]).toEqual([
    { event: 'putback_movable_pages' },
    { event: 'released_page_freed', page: 1, refs: 0, movable: false, isolated: false },
  ]);
});

test('free tells of pages that were released before, not of those it gives up itself', () => {
  for (const text of ['hold 1', 'release 1', 'hold 2', 'free']) expect(bench.command(text)).toBe(0);
  expect(bench.mvdrv.log).toMatchObject([{ event: 'released_page_freed', page: 1 }]);
  expect(bench.state()).toEqual({ pages: [], held_list: [], old_frames: [] });
});

test('settings last until the next alloc, and errors count down only when the driver is asked', () => {
  expect(bench.command('mig 0 -16 1')).toBe(0);
  expect(bench.command('list 2 99')).toBe(0);
  expect(bench.command('isomig 0 2 0')).toBe(0);
  expect(bench.state().pages[0]).toMatchObject({ frame_changed: false });
  expect(bench.command('isomig 0 2 0')).toBe(0);
  expect(bench.state().pages[0]).toMatchObject({ frame_changed: true });
  for (const text of ['iso 0 0', 'mig 0 -16 -1', 'free', 'alloc 0 1', 'isomig 0 2 1'])
    expect(bench.command(text)).toBe(0);
  expect(bench.state().pages[0]).toMatchObject({ frame_changed: true, node: 1 });
});
