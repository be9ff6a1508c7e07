import { buffers } from '../../bases/buffers/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { StaysAttached } from './broken.js';

/** aio: ring teardown vs migratepage. */
export const b42: Exhibit = {
  id: 'B42',
  title: 'aio: ring teardown vs migratepage',
  year: 2013,
  version: '3.12',
  component: 'other driver',
  kind: 'uaf',
  reference: '5e9ae2e5da0beb93f8557fc92a8f4fbc05ea448f',
  related: [
    'd6c355c7dabc: the same with lookups (3.12)',
    'b2edffdd912b: mremap beside the end of the context (4.1)',
  ],
  story:
    'Migration found the context of a ring through the mapping of its page, without a lock, and wrote the new page into it. Closing the ring freed the context at that moment.',
  rule: 'Whoever is found from a page is detached from it, under a lock that migrate_page takes too, before it is freed.',
  detectors: ['POISON', 'HB'],
  twins: driverTwins('B42', buffers, StaysAttached, ['migrate-sync']),
};
