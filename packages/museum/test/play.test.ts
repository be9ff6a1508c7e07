import { describe, expect, it } from 'vitest';
import { driverTwins } from '../src/driver-twins.ts';
import { GroupDriver, groups } from '../src/bases/groups/driver.ts';
import { Player, findExhibit, type Exhibit } from '../src/index.ts';
import { expectCaught } from './play.fixture.ts';

describe('playing', () => {
  const player = new Player();

  it.each([
    ['B25', 'MP-LRU-001', 'MP_LIST_CORRUPTION'],
    ['B29', 'MP-OPS-001', 'MP-OPS-001'],
    ['B04', 'MP-RACE-001', 'MP_DATA_RACE'],
    ['B32', null, 'MP_NO_MOVABLE_OPS'],
    ['B33', null, 'MP_DATA_RACE'],
    ['B34', null, 'MP_USE_AFTER_FREE'],
    ['B40', null, 'MP_VM_LEFT'],
    ['B41', null, 'MP_USE_AFTER_FREE'],
  ])('%s is caught, its twin clean', (id, rule, code) => {
    expect(expectCaught(player, id).finding).toMatchObject({ rule, code });
  });

  it('misses what is caught by a detector that has nothing to do with it', () => {
    const playing = player.play({ ...findExhibit('B33'), detectors: ['LEDGER'] });
    expect(playing).toMatchObject({ caught: false, clean: true, finding: { detectors: ['HB'] } });
  });

  it('misses a twin without a mistake, and says what it searched', () => {
    class Right extends GroupDriver {}
    const exhibit: Exhibit = {
      ...findExhibit('B05'),
      twins: driverTwins('B05', groups, Right, ['load']),
    };
    const playing = player.play(exhibit);
    expect(playing).toMatchObject({ caught: false, finding: null, clean: true });
    expect(playing.brokenSearched).toEqual([
      expect.objectContaining({ scenario: 'load', preemptions: 2, complete: true }),
    ]);
  });

  it('complains of a repaired twin that is none', () => {
    const { twins } = findExhibit('B33');
    if (twins.kind !== 'vm') throw new Error('B33 is a bug of the VM');
    const playing = player.play({ ...findExhibit('B33'), twins: { ...twins, repaired: twins.broken } });
    expect(playing).toMatchObject({ caught: true, clean: false });
    expect(playing.complaint).toMatch(/^MP_DATA_RACE: /);
  });
});
