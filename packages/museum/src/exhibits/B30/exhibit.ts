import { balloon } from '../../bases/balloon/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { LeavesTheMark } from './broken.js';

/** Second isolation between clearing PG_isolated and unlinking, if the driver left the page movable. */
export const b30: Exhibit = {
  id: 'B30',
  title: 'Second isolation between clearing PG_isolated and unlinking, if the driver left the page movable',
  year: 2019,
  version: '4.8-6.16',
  component: 'vm-core',
  kind: 'double-isolate',
  reference:
    "LKML 2019-09-03 'mm/migrate: fix list corruption in migration of non-LRU movable pages': not merged, since the driver must clear the mark; from 6.17 on isolate_page itself refuses dead pages",
  related: ['the mark left on a page that is freed: bad page state'],
  story:
    'After a move the VM takes the isolation mark off the old page, unlocks it and takes it off its own list, in this order. A driver had left the movable mark on it: another compactor could isolate it in between and link it into a second list.',
  rule: 'Before it says 0, migrate_page takes the movable mark off the old page, under its page lock.',
  detectors: ['PROTO', 'CNT', 'POISON'],
  twins: driverTwins('B30', balloon, LeavesTheMark, ['migrate-sync', 'two-compactors']),
};
