import { describe, expect, test } from 'vitest';
import { renderFinding, renderJson, renderTerminal } from '../../src/index.ts';
import { bad, finding, good, scenario } from './verdict.fixture.ts';

const ROOT = '/x/me';
const ESCAPE = '\u001B';
const tooWide = (text: string, width: number) =>
  text.split('\n').filter((line) => line.length > width && !line.startsWith('replay: '));

describe('a finding as text', () => {
  test('has a column for each thread, folds the steps of the VM and ends with its token', () => {
    const lines = renderFinding(finding, { width: 80, root: ROOT }).split('\n');

    expect(lines.slice(lines.findIndex((line) => /^ +user A +compactor$/.test(line)))).toEqual([
      '      user A                                compactor',
      '      toy.free {',
      '   2    acquire toy.lock  toy.ts:10',
      '   3    try-acquire page 0 lock: taken',
      '          toy.ts:11',
      '   4                                        load page 0 mapping = 6',
      '   5                                        load page 0 mapping = 6',
      '                                            ... 6 steps',
      '  12                                        load page 0 mapping = 6',
      '  13                                        load page 0 mapping = 6',
      '                                            toy.isolatePage {',
      '  14                                          page 0 refCount -= 1 (was 2)  <--',
      '                                                toy.ts:31',
      '',
      'replay: movable-pages replay mp2.abc',
    ]);
  });

  test('names both sides with their lines, the rule, the hint and the schedule', () => {
    const text = renderFinding(finding, { width: 200, root: ROOT }, { schedules: 948 });

    expect(text).toContain('where     compactor in toy.isolatePage at src/toy.ts:31');
    expect(text).toContain('other     user A wrote it in toy.free at src/toy.ts:12');
    expect(text).toContain('expected  one lock around every access to toy.list');
    expect(text).toContain('(Documentation/dev-tools/kcsan.rst)');
    expect(text).toContain('hint      take the lock');
    expect(text).toContain(
      'user A 3 steps, compactor 11 steps: 1 preemption, 14 steps; seen in 12 of 948 schedules',
    );
  });

  test('never shows a stack', () => {
    expect(renderFinding(finding, { root: ROOT })).not.toMatch(/^ *at /m);
  });
});

describe('a verdict as text', () => {
  test('of a conformant driver: rules, bounds, what a pass means, and the verdict last', () => {
    const text = renderTerminal(good);

    expect(text).toContain('pass    MP-ISO-001  isolatePage says true or false      1,200        948');
    expect(text).toContain('not with drops-content');
    expect(text).toContain('all schedules with at most 2 preemptions, 0 faults');
    expect(text.replaceAll('\n', ' ')).toContain('not the C code');
    expect(text).toMatch(/\ntoy 1\.2\.3: conformant: 1 rule passes in 948 schedules\n$/);
  });

  test('shows one bug once, by its shortest schedule', () => {
    const text = renderTerminal(bad);

    expect(text.match(/^replay: /gm)).toHaveLength(1);
    expect(text).toContain('in        migrate-sync, linux-5.10; also in migrate-sync, linux-6.1');
    expect(text).toMatch(/^fail {4}MP-RACE-001/m);
  });

  test.each([
    ['a search of everything', { exhausted: true }, 'every schedule'],
    [
      'a budget that ended',
      { preemptions: 1, stop: 'executions', sampled: 1000 } as const,
      'at most 1 preemption, 0 faults; the budget ended before 2 preemptions',
    ],
    [
      'an interrupt',
      { preemptions: -1, stop: 'interrupted' } as const,
      'no bound completed; interrupted before 2 preemptions',
    ],
    [
      'an interrupt before its turn',
      { executions: 0, preemptions: -1, stop: 'interrupted' } as const,
      'not begun: interrupted',
    ],
    [
      'an error',
      { error: { code: 'MP_SETUP_FAILED', message: 'no object' } },
      'did not run: MP_SETUP_FAILED',
    ],
  ])('says what was searched: %s', (_, more, words) => {
    const both = [{ ...scenario, ...more }, scenario];

    expect(renderTerminal({ ...good, scenarios: both }, { width: 160 })).toContain(words);
  });

  test('says of a verdict with findings too that it ended early', () => {
    const cut = { ...bad, scenarios: [...bad.scenarios, { ...scenario, stop: 'interrupted' } as const] };

    expect(renderTerminal(cut)).toMatch(
      /\ntoy .*: not conformant: .* schedules; ended before all was run\n$/,
    );
    expect(renderTerminal(bad)).not.toContain('ended before');
  });

  test.each([60, 80, 100, 140, 250])('fits %i columns', (width) => {
    expect(tooWide(renderTerminal(good, { width }), width)).toEqual([]);
  });

  test('never promises more than its bounds', () => {
    expect(renderTerminal(good) + renderTerminal(bad)).not.toMatch(/exhaustive/i);
  });

  test('is coloured only on demand, and says the same', () => {
    const plain = renderTerminal(bad, { root: ROOT });
    const coloured = renderTerminal(bad, { root: ROOT, color: true });

    expect(plain).not.toContain(ESCAPE);
    expect(coloured).toContain(ESCAPE);
    // oxlint-disable-next-line no-control-regex
    const stripped = coloured.replaceAll(/\u001B\[\d+m/g, '').replaceAll(/ +$/gm, '');
    expect(stripped).toBe(plain);
  });
});

describe('verdicts as JSON', () => {
  test('say their shape and have lines for stacks', () => {
    const json = renderJson([bad], ROOT);
    const read = JSON.parse(json);

    expect(read.schema).toBe('movable-pages/verdict@1');
    expect(read.verdicts[0].findings[1].trace.at(-1)).toMatchObject({ source: 'src/toy.ts:31', result: '2' });
    expect(read.verdicts[0].findings[1].trace[3]).toMatchObject({
      source: null,
      kernel: 'isolateMovablePage',
    });
    expect(json).not.toContain('    at ');
  });

  test('give the same bytes twice', () => {
    expect(renderJson([good, bad], ROOT)).toBe(renderJson(structuredClone([good, bad]), ROOT));
  });

  test('name the drivers that could not be loaded', () => {
    const failure = { from: 'x.ts', code: 'MP_CANNOT_LOAD', message: 'there is no file x.ts' };

    expect(JSON.parse(renderJson([], ROOT, [failure])).failures).toEqual([failure]);
  });
});
