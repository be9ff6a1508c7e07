import { balloon } from '../../bases/balloon/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { LeavesThemRegistered } from './broken.js';

/** virtio_balloon: probe error path leaks the inode and mount that give pages their ops. */
export const b29: Exhibit = {
  id: 'B29',
  title: 'virtio_balloon: probe error path leaks the inode and mount that give pages their ops',
  year: 2020,
  version: '5.6-rc1',
  component: 'balloon',
  kind: 'leak',
  reference: '1ad6f58ea9364b0a5d8ae06249653ac9304a8578',
  story:
    'Probing registered what gives pages their operations, then a later allocation failed and the error path jumped past the label that undoes it. What was registered stayed for good.',
  rule: 'A load that fails undoes all that it did, in reverse order.',
  detectors: ['QUIES'],
  twins: driverTwins('B29', balloon, LeavesThemRegistered, ['load']),
};
