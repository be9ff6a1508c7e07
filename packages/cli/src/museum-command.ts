import { resolve } from 'node:path';
import type * as TheMuseum from '@movable-pages/museum';
import type { Exhibit, Playing } from '@movable-pages/museum';
import { INTERRUPTED } from './exit-code.js';
import type { Io } from './io.js';

/** What `museum` was asked. @since 0.1.0 */
export interface MuseumFlags {
  readonly list?: boolean;
  readonly format: 'terminal' | 'json';
  readonly out?: string;
}

/** What the command takes from the museum; tests give a small one. @since 0.1.0 */
export type Museum = Pick<
  typeof TheMuseum,
  | 'exhibits'
  | 'findExhibit'
  | 'Player'
  | 'playingsToJson'
  | 'renderExhibits'
  | 'renderPlaying'
  | 'renderPlayings'
>;

/**
 * Lists historic bugs, or plays all of them or some: exits 0 only if every broken twin was caught for the right reason and
 * nothing was found in any repaired one.
 *
 * @throws MuseumError `MP_UNKNOWN_EXHIBIT`.
 * @since 0.1.0
 */
export async function museumCommand(
  ids: readonly string[],
  flags: MuseumFlags,
  io: Io,
  museum: Museum,
): Promise<number> {
  if (flags.out !== undefined) io.refuseUnwritable?.(resolve(io.cwd, flags.out));
  const wanted = ids.length === 0 ? museum.exhibits : ids.map((id) => museum.findExhibit(id));
  if (flags.list === true) {
    io.out(`${museum.renderExhibits(wanted)}\n`);
    return 0;
  }
  const playings = await playAll(wanted, io, museum);
  const text = `${report(playings, wanted.length, ids.length > 0, flags, io, museum)}\n`;
  if (flags.out === undefined) io.out(text);
  else io.writeFile(flags.out, text);
  if (playings.length < wanted.length) return INTERRUPTED;
  return playings.every(({ caught, clean }) => caught && clean) ? 0 : 1;
}

async function playAll(wanted: readonly Exhibit[], io: Io, { Player }: Museum): Promise<Playing[]> {
  const player = new Player(io.cwd);
  const playings: Playing[] = [];
  for (const exhibit of wanted) {
    // A search keeps the process busy: signals are heard in between.
    await new Promise((heard) => setImmediate(heard));
    if (io.signal?.aborted === true) break;
    if (io.progress)
      io.err(`\r\u001B[K${playings.length + 1} of ${wanted.length}: ${exhibit.id} ${exhibit.title}`);
    playings.push(player.play(exhibit));
  }
  if (io.progress) io.err('\r\u001B[K');
  return playings;
}

function report(
  playings: readonly Playing[],
  wanted: number,
  inFull: boolean,
  flags: MuseumFlags,
  io: Io,
  museum: Museum,
): string {
  if (flags.format === 'json') return JSON.stringify(museum.playingsToJson(playings, wanted), null, 2);
  const options = {
    root: io.cwd,
    color: io.color && flags.out === undefined,
    ...(io.columns === undefined ? {} : { width: io.columns }),
  };
  const parts = inFull
    ? playings.map((playing) => museum.renderPlaying(playing, options))
    : [museum.renderPlayings(playings)];
  const caught = playings.filter((each) => each.caught).length;
  const clean = playings.filter((each) => each.clean).length;
  return [
    ...parts,
    `${caught} of ${playings.length} broken twins caught for the right reason, ${clean} of ${playings.length} repaired twins clean` +
      (playings.length < wanted ? `; interrupted, ${wanted - playings.length} were not played` : ''),
  ].join('\n\n');
}
