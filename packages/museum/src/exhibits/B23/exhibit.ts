import { balloon } from '../../bases/balloon/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { SaysItsOwnSuccess } from './broken.js';

/** balloon: private success code makes the VM clear the new page's mapping. */
export const b23: Exhibit = {
  id: 'B23',
  title: "balloon: private success code makes the VM clear the new page's mapping",
  year: 2014,
  version: '3.18-rc1',
  component: 'balloon',
  kind: 'lost-page',
  reference: "d6d86c0a7f8d 'mm/balloon_compaction: redesign ballooned page management'",
  story:
    'migrate_page had a success code of its own. The VM did not know it, took it for a failure and reset the mapping of the new page: the page was in the balloon and could not be moved any more.',
  rule: 'migrate_page returns 0 for success and a negative error for failure, and nothing else.',
  detectors: ['PROTO', 'LEDGER'],
  twins: driverTwins('B23', balloon, SaysItsOwnSuccess, ['migrate-sync']),
};
