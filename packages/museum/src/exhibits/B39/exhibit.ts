import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { countsTheWholeToo } from './broken.js';
import { countsParts, largePage } from './scene.js';

/** migrate_pages() return value wrong although all parts moved. */
export const b39: Exhibit = {
  id: 'B39',
  title: 'migrate_pages() return value wrong although all parts moved',
  year: 2022,
  version: '6.1-rc3',
  component: 'vm-core',
  kind: 'counter',
  reference: '03e5f82ea632af329e32ec03d952b2d99497eeaa',
  related: [
    '8f175cf5c99e: the status of pages overwritten (4.17)',
    '5984fabb6e82: pages that were not tried (5.6)',
    'parts counted twice when they are tried again (6.1)',
  ],
  story:
    'A large page could not be moved as a whole, was split, and all its parts were moved. migrate_pages counted the whole as failed all the same: its callers took the call for a failure, with an empty list in hand.',
  rule: '0: all moved; above 0: so many are left on the list; below 0: given up. The number, the list and what is said of each page agree.',
  detectors: ['PROTO'],
  twins: vmTwins(
    ['countSplit'],
    'a large page of a process is migrated, in parts if there is no block for it',
    { broken: countsTheWholeToo, repaired: countsParts },
    largePage,
    { faults: 1 },
  ),
};
