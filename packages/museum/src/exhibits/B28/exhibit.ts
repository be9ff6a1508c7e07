import { balloon } from '../../bases/balloon/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { AllocatesUnderTheLock } from './broken.js';

/** virtio_balloon: allocation under the driver lock, taken again from OOM/reclaim. */
export const b28: Exhibit = {
  id: 'B28',
  title: 'virtio_balloon: allocation under the driver lock, taken again from OOM/reclaim',
  year: 2017,
  version: '4.15-rc1',
  component: 'balloon',
  kind: 'deadlock',
  reference: "c7cdff0e8647 'virtio_balloon: fix deadlock on OOM'",
  story:
    'Inflating allocated pages under the lock of the balloon. With memory out, the allocation waited for whoever was told to free some, and that was the balloon, which wanted its lock.',
  rule: 'No allocation that may reclaim under a lock that migrate_page, a shrinker or an out-of-memory notifier takes; callbacks only try such a lock.',
  detectors: ['LOCKORD', 'LIVE'],
  twins: driverTwins('B28', balloon, AllocatesUnderTheLock, ['memory-short']),
};
