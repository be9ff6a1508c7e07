import type { Machine } from '@movable-pages/machine';

/** Times in a row that spinners may look while only they step and nothing changes. */
const MOST = 64;

/** Lets spinners look again that saw only each other step; not for ever, if nothing changes meanwhile. */
export class VainTurns {
  private turns = 0;
  private digest = 0;

  begin(): void {
    this.turns = -1;
  }

  /** When nobody else can run: gives whether some spinner may go on. */
  allow(machine: Machine): boolean {
    if (!machine.holdsBack) return false;
    const digest = machine.stateDigest();
    this.turns = this.turns >= 0 && digest === this.digest ? this.turns + 1 : 0;
    this.digest = digest;
    return this.turns < MOST && (machine.unrelax() || machine.spinners.releaseAll(machine.threads));
  }
}
