import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { DoesNotDrain } from './broken.js';

/** zsmalloc: pool destroyed while a migration is still in flight. */
export const b02: Exhibit = {
  id: 'B02',
  title: 'zsmalloc: pool destroyed while a migration is still in flight',
  year: 2019,
  version: '5.3-rc6',
  component: 'zsmalloc',
  kind: 'uaf',
  reference: '701d678599d0c1623aaf4139c03eea260a75b027',
  related: ['48b4800a1c6a: the change that brought it'],
  story:
    'Destroying a pool waited for the worker once. A migration that had isolated a page before ended after that, and queued the work again: it ran on a pool that was freed, and pages still led to it.',
  rule: 'Teardown refuses new isolations and waits until every isolated page is migrated or put back, before it frees what these need.',
  detectors: ['POISON', 'QUIES'],
  twins: driverTwins('B02', groups, DoesNotDrain, ['unload']),
};
