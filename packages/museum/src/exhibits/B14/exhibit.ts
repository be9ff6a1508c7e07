import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { TriesTheLockedPage } from './broken.js';

/** z3fold: migrate_page tries to take the page lock that its caller holds. */
export const b14: Exhibit = {
  id: 'B14',
  title: 'z3fold: migrate_page tries to take the page lock that its caller holds',
  year: 2019,
  version: '5.3-rc1',
  component: 'z3fold',
  kind: 'livelock',
  reference: 'be03074c9af25d06cf8e9ebddfcd284c0bf7f947',
  story:
    'migrate_page tried to lock the old page, which the VM had locked for it. It never could, so every migration said -EAGAIN until it was given up: the pages were movable in name only.',
  rule: 'Both pages are locked when migrate_page is called; the driver neither locks nor unlocks them.',
  detectors: ['LIVE', 'CTX'],
  twins: driverTwins('B14', z3fold, TriesTheLockedPage, ['migrate-sync']),
};
