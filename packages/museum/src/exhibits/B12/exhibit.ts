import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { KeepsTheHeaderLock } from './broken.js';

/** z3fold: isolate_page returns without unlocking on the 'destroying' path. */
export const b12: Exhibit = {
  id: 'B12',
  title: "z3fold: isolate_page returns without unlocking on the 'destroying' path",
  year: 2019,
  version: '5.3-5.4-rc1',
  component: 'z3fold',
  kind: 'error-path',
  reference: "'mm/z3fold.c: fix lock/unlock imbalance in z3fold_page_isolate' (Fixes d776aaa9895e)",
  story:
    'isolate_page found the pool going away and returned false with the header lock of the page still held. Whoever needed that header next span for ever.',
  rule: "Whatever isolate_page returns, the driver's own locks are as they were before it.",
  detectors: ['CTX', 'LIVE'],
  twins: driverTwins('B12', z3fold, KeepsTheHeaderLock, ['unload']),
};
