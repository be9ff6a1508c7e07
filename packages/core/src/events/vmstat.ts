import { HANDLE, type Machine } from '@movable-pages/machine';

const COUNTERS = [
  'pgmigrate_success',
  'pgmigrate_fail',
  'balloon_inflate',
  'balloon_deflate',
  'balloon_migrate',
  'compact_migrate_scanned',
  'compact_free_scanned',
  'compact_isolated',
  'compact_stall',
  'compact_fail',
  'compact_success',
  'compact_daemon_wake',
  'compact_daemon_migrate_scanned',
  'compact_daemon_free_scanned',
  'nr_isolated_anon',
  'nr_isolated_file',
  'nr_mlock',
  'unevictable_pgs_culled',
  'unevictable_pgs_rescued',
  'unevictable_pgs_mlocked',
  'unevictable_pgs_munlocked',
  'pswpin',
  'pswpout',
  'pgscan',
  'pgsteal',
  'pgactivate',
  'pgdeactivate',
  'allocstall',
  'pageoutrun',
  'slabs_scanned',
] as const;

const OFFSETS = new Map<string, number>(COUNTERS.map((name, offset) => [name, offset]));

/** A counter of `/proc/vmstat`. @since 0.1.0 */
export type VmCounter = (typeof COUNTERS)[number];

/**
 * The event counters of `/proc/vmstat`. Additions commute and nobody decides by them, so they are no operations.
 *
 * @kernel include/linux/vm_event_item.h
 * @since 0.1.0
 */
export class VmStat {
  declare readonly [HANDLE]: true;
  /** How many words a machine needs for them. */
  static readonly words = COUNTERS.length;
  private readonly base: number;

  constructor(private readonly machine: Machine) {
    this.base = machine.allocateWords(COUNTERS.length, (index) => COUNTERS[index]!);
  }

  /** Adds to a counter. */
  add(counter: VmCounter, amount: number): void {
    const at = this.base + OFFSETS.get(counter)!;
    this.machine.words[at] = this.machine.words[at]! + amount;
  }

  /** The counters that there are. */
  names(): readonly VmCounter[] {
    return COUNTERS;
  }

  /** A counter as it is. */
  read(counter: VmCounter): number {
    return this.machine.words[this.base + OFFSETS.get(counter)!]!;
  }
}

Object.defineProperty(VmStat.prototype, HANDLE, { value: true });
