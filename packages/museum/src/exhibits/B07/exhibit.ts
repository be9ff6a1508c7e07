import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { SleepsBeforeTheUnlock } from './broken.js';

/** zsmalloc: sleeping unmap while the map side holds a spinning lock. */
export const b07: Exhibit = {
  id: 'B07',
  title: 'zsmalloc: sleeping unmap while the map side holds a spinning lock',
  year: 2020,
  version: '5.10-rc7',
  component: 'zsmalloc',
  kind: 'sleep-in-atomic',
  reference: 'e91d8d78237de8d7120c320b3645b7100848f24d',
  related: ['4c6bdb36408f: z3fold allocated so that it could sleep, under the lock of a page (5.19)'],
  story:
    'From mapping an object to unmapping it, a spinning lock kept migration away. A change elsewhere let the unmapping rest in between. Whoever ran then used the same buffer of the processor, and data was damaged.',
  rule: 'While a spinning lock keeps migration away from a mapped object, nothing sleeps, unmapping included.',
  detectors: ['CTX', 'CONTENT'],
  twins: driverTwins('B07', groups, SleepsBeforeTheUnlock, ['from-nothing']),
};
