import { describe, expect, it } from 'vitest';
import {
  exhibits,
  findExhibit,
  Player,
  playingsToJson,
  renderExhibits,
  renderPlaying,
  renderPlayings,
} from '../../src/index.ts';

const playing = new Player().play(findExhibit('B33'));
const missed = { ...playing, caught: false, clean: false, complaint: 'MP_X: something' };

describe('reports of the museum', () => {
  it('list what there is, one exhibit a line', () => {
    const lines = renderExhibits(exhibits).split('\n');
    expect(lines).toHaveLength(exhibits.length + 1);
    expect(lines[0]).toMatch(/^id +year +component +caught by +title$/);
    expect(lines).toContainEqual(
      expect.stringMatching(/^B18 +2022 +z3fold +POISON, CONTENT, HB +z3fold: map/),
    );
  });

  it('list what came of it', () => {
    const [, caught, not] = renderPlayings([playing, missed]).split('\n');
    expect(caught).toMatch(/^B33 +caught +HB +MP_DATA_RACE +\d+ +clean +\d+ +mapping->a_ops/);
    expect(not).toMatch(/^B33 +MISSED +HB +MP_DATA_RACE +\d+ +NOT CLEAN/);
  });

  it('tell the story, show the counterexample by columns, and how the twin fared', () => {
    const text = renderPlaying(playing, { width: 80 });
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toMatch(/^B33 mapping->a_ops dereferenced/);
    expect(text).toMatch(/^rule +What a page belongs to/m);
    expect(text).toMatch(/^broken +caught: HB in compaction looks at the page/m);
    expect(text).toMatch(/^ +scanner +truncation$/m);
    expect(text).toMatch(/^repaired +clean; searched: .*: 40\s+schedules,\s+all\s+with/ms);
  });

  it('say what was found instead, and what is wrong with the twin', () => {
    const text = renderPlaying({ ...missed, finding: null }, { width: 100 });
    expect(text).toMatch(/^broken +nothing was found in it: compaction looks at the page/m);
    expect(text).toMatch(/^repaired +NOT CLEAN: MP_X: something; searched:/m);
  });

  it('are data for machines', () => {
    const json = playingsToJson([playing, missed]);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json).toMatchObject({
      schema: 'movable-pages-museum/1',
      exhibits: 2,
      caught: 1,
      clean: 1,
      results: [
        {
          id: 'B33',
          differsIn: ['mayMigrate'],
          caught: true,
          finding: { detectors: ['HB'], rule: null, code: 'MP_DATA_RACE', preemptions: 0 },
          twin: { clean: true, complaint: null },
        },
        { id: 'B33', caught: false, twin: { clean: false, complaint: 'MP_X: something' } },
      ],
    });
  });
});
