import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { CountsUnderAnotherLock } from './broken.js';

/** zsmalloc: two bit-fields in one word guarded by two locks. */
export const b04: Exhibit = {
  id: 'B04',
  title: 'zsmalloc: two bit-fields in one word guarded by two locks',
  year: 2023,
  version: '6.5-rc6',
  component: 'zsmalloc',
  kind: 'race',
  reference: '4b5d1e47b69426c0f7491d97d73ad0152d02d437',
  story:
    'Two fields of a group share a word: how many of its pages are isolated, and how full it is. Each was changed under a lock of its own. Two such changes at once, and one was lost.',
  rule: 'What isolation, migration and putback share with the allocator has one lock; fields of one word are one thing.',
  detectors: ['HB', 'CNT'],
  twins: driverTwins('B04', groups, CountsUnderAnotherLock, ['migrate-sync']),
};
