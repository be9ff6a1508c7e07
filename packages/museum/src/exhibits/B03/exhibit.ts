import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { ForgetsTheEmptied } from './broken.js';

/** zsmalloc: group emptied during migration is never freed. */
export const b03: Exhibit = {
  id: 'B03',
  title: 'zsmalloc: group emptied during migration is never freed',
  year: 2019,
  version: '5.3-rc6',
  component: 'zsmalloc',
  kind: 'leak',
  reference: "1a87aa03597e 'mm/zsmalloc.c: migration can leave pages in ZS_EMPTY indefinitely'",
  story:
    'The last object of a group was freed while a page of it was isolated, so the group was left for the end of the isolation. putback_page saw to it; a migration that succeeded did not. The group stayed until something else came by.',
  rule: 'A successful migration owes the same cleaning up as putback: if the objects died meanwhile, somebody must free what is left.',
  detectors: ['QUIES'],
  twins: driverTwins('B03', groups, ForgetsTheEmptied, ['migrate-sync', 'unload']),
};
