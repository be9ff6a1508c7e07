import { buffers } from '../../bases/buffers/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { CopiesUnderTheLock } from './broken.js';

/** Copy that may sleep, done under a spin lock. */
export const b45: Exhibit = {
  id: 'B45',
  title: 'Copy that may sleep, done under a spin lock',
  year: 2025,
  version: '6.16-rc1',
  component: 'other driver',
  kind: 'sleep-in-atomic',
  reference: "7ffe3de53a88 'fs/buffer: split locking for pagecache lookups' and the series around it",
  story:
    'To mend B44 the spinlock was held across the copy. With large pages the copy lets others run in between, which nobody may who holds a spinlock. It went unseen until pages got larger.',
  rule: 'migrate_page may sleep in some modes, and never while it holds a spinlock: not in a copy either.',
  detectors: ['CTX'],
  twins: driverTwins('B45', buffers, CopiesUnderTheLock, ['migrate-sync']),
};
