import type { Exhibit } from '../exhibit.js';
import { playDriver, type RepairedReports } from './play-driver.js';
import { playVm } from './play-vm.js';
import type { Playing } from './playing.js';

/** Plays exhibits, and remembers what it knows of the repaired twins that they share. @since 0.1.0 */
export class Player {
  private readonly known: RepairedReports = new Map();

  /** @param root Folder that source lines are relative to. */
  constructor(private readonly root = '') {}

  /** Searches both twins of an exhibit and judges. Takes from a moment to half a minute. */
  play(exhibit: Exhibit): Playing {
    const { twins } = exhibit;
    return twins.kind === 'driver'
      ? playDriver(exhibit, twins, this.known, this.root)
      : playVm(exhibit, twins);
  }
}
