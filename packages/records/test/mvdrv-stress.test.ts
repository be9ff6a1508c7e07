import { Errno } from '@movable-pages/core';
import { describe, expect, test } from 'vitest';
import { Bench } from './support.ts';

const SEQUENCES = 24;
const COMMANDS = 80;

/** Reproducible numbers in [0, bound). */
function dice(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Any command with any numbers, the likely ones more often than the absurd. */
function randomCommand(roll: (bound: number) => number): string {
  const page = () => (roll(20) === 0 ? 9 : roll(6));
  const mode = () => roll(3);
  const node = () => (roll(6) === 0 ? 99 : roll(2));
  const error = () => [0, -11, -16, -12, -5, -22, -38][roll(7)];
  const times = () => roll(4) - 1;
  const forms: (() => string)[] = [
    () => `alloc ${roll(2)} ${1 + roll(6)}`,
    () => `iso ${page()} ${roll(2)}`,
    () => `mig ${page()} ${error()} ${times()}`,
    () => 'contig',
    () => `list ${mode()} ${node()}`,
    () => `isomig ${page()} ${mode()} ${node()}`,
    () => `isohold ${page()}`,
    () => `isohold ${page()}`,
    () => `migheld ${mode()} ${node()}`,
    () => 'putback',
    () => `unreg ${page()}`,
    () => `reg ${page()}`,
    () => `plain ${page()}`,
    () => `release ${page()}`,
    () => `hold ${page()}`,
    () => `hold ${page()}`,
    () => `drop ${page()}`,
    () => `lock ${page()}`,
    () => `unlock ${page()}`,
    () => (roll(4) === 0 ? 'free' : `isohold ${page()}`),
  ];
  return forms[roll(forms.length)]!();
}

/** Every reference has an owner: the driver, an isolation, a hold; and no other page is in use. */
function expectBalanced(bench: Bench, after: string): void {
  const { pages, old_frames } = bench.state();
  const frames = new Set<unknown>();
  for (const [number, page] of bench.mvdrv.pages.entries()) {
    const { frame, heldFrame, holds } = page;
    if (heldFrame !== null && heldFrame !== frame) {
      expect(heldFrame.refCount, `${after}: old frame of page ${number}`).toBe(holds);
      frames.add(heldFrame);
    }
    if (frame === null) continue;
    const isolated = bench.mvdrv.held.has(frame) ? 1 : 0;
    const expected = (page.owned ? 1 : 0) + isolated + (heldFrame === frame ? holds : 0);
    expect(frame.refCount, `${after}: page ${number}`).toBe(expected);
    frames.add(frame);
  }
  expect(bench.free + frames.size, `${after}: pages in use`).toBe(bench.kernel.frames.count);
  for (const page of pages) expect(page, `${after}`).toMatchObject({ data_ok: true });
  for (const page of pages) expect(page.isolated, `${after}`).toBe(page.on_held_list);
  expect(
    old_frames.every(({ refs }) => (refs as number) > 0),
    `${after}`,
  ).toBe(true);
}

/** How often each command did something, and what `alloc_contig_range` said. */
class Tally {
  private readonly counts = new Map<string, number>();

  add(bench: Bench, command: string): void {
    this.count(command.split(' ')[0]!);
    for (const { event, ret } of bench.mvdrv.log)
      if (event === 'alloc_contig_range_returned') this.count(`contig ${ret}`);
      else if (event === 'released_page_freed') this.count(event);
  }

  of(what: string): number {
    return this.counts.get(what) ?? 0;
  }

  private count(what: string): void {
    this.counts.set(what, this.of(what) + 1);
  }
}

/** What must have happened at least five times, or the sequences mean little. */
const WANTED =
  'alloc list isomig isohold migheld putback unreg reg plain release hold drop lock unlock iso mig free'.split(
    ' ',
  );
const OUTCOMES = ['contig 0', 'contig -EBUSY', 'released_page_freed'];

describe(`${SEQUENCES} random sequences of ${COMMANDS} commands`, () => {
  test('keep every reference accounted for, whatever they do, and leave nothing behind', () => {
    const tally = new Tally();
    for (let seed = 1; seed <= SEQUENCES; seed++) {
      const roll = dice(seed);
      const bench = new Bench();
      expect(bench.command(`alloc ${roll(2)} 6`)).toBe(0);
      for (let n = 0; n < COMMANDS; n++) {
        const command = randomCommand(roll);
        const before = bench.state();
        const ret = bench.command(command);
        const after = `seed ${seed}, command ${n}, ${command}`;
        if (ret === 0) tally.add(bench, command);
        else {
          expect([-Errno.EINVAL, -Errno.EDEADLK, -Errno.EBUSY], `${after}`).toContain(ret);
          expect(bench.state(), `${after}`).toEqual(before);
        }
        expectBalanced(bench, after);
      }
      bench.command('free');
      expect(bench.command('putback')).toBe(0);
      expect(bench.state(), `seed ${seed}`).toEqual({ pages: [], held_list: [], old_frames: [] });
      expect(bench.free, `seed ${seed}`).toBe(bench.kernel.frames.count);
    }
    for (const what of [...WANTED, ...OUTCOMES]) expect(tally.of(what), `${what}`).toBeGreaterThan(4);
  }, 30_000);
});
