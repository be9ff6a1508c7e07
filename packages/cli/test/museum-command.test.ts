import { exhibits, findExhibit, type Exhibit, type Player, type Playing } from '@movable-pages/museum';
import * as museum from '@movable-pages/museum';
import { describe, expect, it } from 'vitest';
import { run, type Io } from '../src/index.ts';
import { fakeApi, fakeIo } from './fakes.ts';

/** What a player that searches nothing says of an exhibit. */
function playingOf(exhibit: Exhibit, more: Partial<Playing> = {}): Playing {
  const searched = [{ scenario: 'unload', schedules: 7, preemptions: 2, faults: 0, complete: true }];
  return {
    exhibit,
    caught: true,
    finding: null,
    brokenSearched: searched,
    clean: true,
    complaint: null,
    repairedSearched: searched,
    ...more,
  };
}

/** Runs `museum` with a player that finds what it is told to. */
async function play(
  argv: readonly string[],
  wrong: Record<string, Partial<Playing>> = {},
  more: Partial<Io> = {},
) {
  const played: string[] = [];
  class FakePlayer implements Pick<Player, 'play'> {
    play(exhibit: Exhibit): Playing {
      played.push(exhibit.id);
      return playingOf(exhibit, wrong[exhibit.id]);
    }
  }
  const { io, written } = fakeIo(more);
  const api = {
    ...fakeApi({}).api,
    museum: async () => ({ ...museum, Player: FakePlayer as typeof Player }),
  };
  const code = await run(['museum', ...argv], io, api);
  return { code, played, ...written };
}

describe('movable-pages museum', () => {
  it('plays every exhibit, and exits 0 if all are caught and clean; quiet in a pipe', async () => {
    const { code, played, out, err } = await play([]);
    expect(code).toBe(0);
    expect(played).toEqual(exhibits.map(({ id }) => id));
    expect(out).toMatch(
      /34 of 34 broken twins caught for the right reason, 34 of 34 repaired twins clean\n$/,
    );
    expect(err).toBe('');
  });

  it.each([
    ['is missed', { caught: false }],
    ['has a twin that is not clean', { clean: false, complaint: 'MP_X: y' }],
  ])('exits 1 if one %s', async (_what, wrong) => {
    const { code, out } = await play([], { B10: wrong });
    expect(code).toBe(1);
    expect(out).toMatch(/33 of 34/);
  });

  it('shows those that are named in full', async () => {
    const { code, played, out } = await play(['b18', 'B20']);
    expect(code).toBe(0);
    expect(played).toEqual(['B18', 'B20']);
    expect(out).toContain(findExhibit('B18').title);
    expect(out).toMatch(/^differs in retire$/m);
  });

  it('only lists if it is told to', async () => {
    const { code, played, out } = await play(['--list']);
    expect([code, played]).toEqual([0, []]);
    expect(out.split('\n')).toHaveLength(exhibits.length + 2);
  });

  it('writes JSON to a file', async () => {
    const { out, files } = await play(['B10', '--format', 'json', '--out', 'm.json']);
    expect(out).toBe('');
    expect(JSON.parse(files.get('m.json')!)).toMatchObject({
      exhibits: 1,
      results: [{ id: 'B10', caught: true, twin: { clean: true } }],
    });
  });

  it('names the exhibit on a terminal, and leaves the line empty', async () => {
    const { err } = await play(['B10', 'B11'], {}, { progress: true });
    expect(err).toMatch(/1 of 2: B10 z3fold.*2 of 2: B11 z3fold/s);
    expect(err.endsWith('\r\u001B[K')).toBe(true);
  });

  it('reports what it has when it is interrupted', async () => {
    const { code, played, out } = await play([], {}, { signal: AbortSignal.abort() });
    expect([code, played]).toEqual([130, []]);
    expect(out).toMatch(/0 of 0 broken twins/);
  });

  it('says what there is if an id is unknown', async () => {
    const { code, err } = await play(['B99']);
    expect(code).toBe(2);
    expect(err).toMatch(/^error MP_UNKNOWN_EXHIBIT: there is no exhibit B99; there are: B01/);
  });
});
