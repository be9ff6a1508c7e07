import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { CountsInOneBit } from './broken.js';

/** zsmalloc: isolated counter too narrow for the number of pages in a group. */
export const b05: Exhibit = {
  id: 'B05',
  title: 'zsmalloc: isolated counter too narrow for the number of pages in a group',
  year: 2023,
  version: '6.3, mended before it was released',
  component: 'zsmalloc',
  kind: 'counter',
  reference:
    "v3 of 'zsmalloc: make zspage chain size configurable' in linux-next, January 2023: ISOLATED_BITS from 3 to 5",
  story:
    'Groups were allowed to have more pages, and the count of isolated ones kept its three bits. With all eight pages of a group isolated it was 0 again. With fewer at once it was right in every schedule.',
  rule: 'A count of isolated pages can hold all the pages that can be isolated at once.',
  detectors: ['CNT'],
  twins: driverTwins('B05', groups, CountsInOneBit, ['putback']),
};
