import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { CopiesTheEmbedded } from './broken.js';

/** z3fold: whole-page memcpy duplicates embedded list heads, locks and work. */
export const b13: Exhibit = {
  id: 'B13',
  title: 'z3fold: whole-page memcpy duplicates embedded list heads, locks and work',
  year: 2019,
  version: '5.3-rc1',
  component: 'z3fold',
  kind: 'data-corruption',
  reference: 'c92d2f38563db20c20c8db2f98fa1349290477d5',
  story:
    'migrate_page copied the whole page, and with it the lock, the list head and the work item in its header. What was queued still named the old header, and what the new page queued was the item of the old one, which was freed next.',
  rule: 'What others know by its address, or what points to itself, is made anew in the copy; while somebody has the address of the old one, the page does not move.',
  detectors: ['POISON', 'PROTO'],
  twins: driverTwins('B13', z3fold, CopiesTheEmbedded, ['migrate-sync']),
};
