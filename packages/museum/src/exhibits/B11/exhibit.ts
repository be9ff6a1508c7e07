import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { WaitsForTheOpposite } from './broken.js';

/** z3fold: drain waits for the negation of the condition. */
export const b11: Exhibit = {
  id: 'B11',
  title: 'z3fold: drain waits for the negation of the condition',
  year: 2019,
  version: '5.4',
  component: 'z3fold',
  kind: 'deadlock',
  reference: 'Revert of d776aaa9895e (5.3.2 / 5.4-rc1); the cause is visible in the v2 patch',
  story:
    'The fix for B10 waited until some page was isolated, not until none was. A pool that the VM left alone was destroyed never: new isolations were refused, so what it waited for could not come. The fix was taken back.',
  rule: 'A drain waits until nothing is isolated, and looks again after it has closed the door.',
  detectors: ['LIVE'],
  twins: driverTwins('B11', z3fold, WaitsForTheOpposite, ['unload']),
};
