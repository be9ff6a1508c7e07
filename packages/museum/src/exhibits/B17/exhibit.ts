import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { FindsThePoolThroughSlots } from './broken.js';

/** z3fold: metadata freed, then used to find the pool. */
export const b17: Exhibit = {
  id: 'B17',
  title: 'z3fold: metadata freed, then used to find the pool',
  year: 2019,
  version: '5.3-rc1',
  component: 'z3fold',
  kind: 'uaf',
  reference: 'bb9a374dfa3a2f46581455ab66cd1d24c5e3d183',
  story:
    'Freeing the last object of a page freed its slots, then dropped the last reference of the page, and the release looked up the pool through the slots. It takes one thread.',
  rule: 'A path that releases something must not find its owner through what it has just freed.',
  detectors: ['POISON'],
  twins: driverTwins('B17', z3fold, FindsThePoolThroughSlots, ['putback']),
};
