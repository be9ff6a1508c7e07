import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { DoesNotRetire } from './broken.js';

/** z3fold: map resolves a handle to the old page in the middle of migration. */
export const b18: Exhibit = {
  id: 'B18',
  title: 'z3fold: map resolves a handle to the old page in the middle of migration',
  year: 2022,
  version: '5.19-rc1',
  component: 'z3fold',
  kind: 'uaf',
  reference: '943fb61dd66f475c25b1ef5dddb647070f2e89a1',
  story:
    'migrate_page unlocked the old header and rewrote the handles afterwards. A user who looked a handle up in between got the lock of the old header, and a pointer into a page that was about to be freed: what it wrote was lost.',
  rule: 'To whoever looks a handle up, leading it to the new page and ending the old one is one step; or the old one says that it has moved.',
  detectors: ['POISON', 'CONTENT', 'HB'],
  twins: driverTwins('B18', z3fold, DoesNotRetire, ['migrate-sync']),
};
