import { balloon } from '../../bases/balloon/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { UnlinksAgain } from './broken.js';

/** balloon: enqueue deletes from a list an entry that is on none. */
export const b25: Exhibit = {
  id: 'B25',
  title: 'balloon: enqueue deletes from a list an entry that is on none',
  year: 2019,
  version: '5.3-rc1',
  component: 'balloon',
  kind: 'data-corruption',
  reference: "'mm/balloon_compaction: avoid duplicate page removal' (fixes 418a3ab1e778)",
  story:
    'Two callers shared a helper that began by taking the page off its list. One of them had taken it off already, so the second list_del followed poisoned links.',
  rule: 'The links of a page belong to one party at a time, and are unlinked once.',
  detectors: ['POISON'],
  twins: driverTwins('B25', balloon, UnlinksAgain, ['from-nothing']),
};
