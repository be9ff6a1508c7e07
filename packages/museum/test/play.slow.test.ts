import { describe, expect, it } from 'vitest';
import { exhibits, Player } from '../src/index.ts';
import { expectCaught } from './play.fixture.ts';

describe('every exhibit', () => {
  const player = new Player();

  it.each(exhibits.map(({ id, title }) => [id, title] as const))('%s: %s', (id) => {
    expect(expectCaught(player, id)).toMatchObject({ caught: true, clean: true });
  });
});
