import { groups } from '../../bases/groups/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { WalksWithoutTheLock } from './broken.js';

/** zsmalloc: async free worker walks a page chain that migration is rewriting. */
export const b01: Exhibit = {
  id: 'B01',
  title: 'zsmalloc: async free worker walks a page chain that migration is rewriting',
  year: 2022,
  version: '5.18-5.19',
  component: 'zsmalloc',
  kind: 'race',
  reference: '2505a981114dcb715f8977b8433f7540854851d8',
  related: ['77ff465799c6: the change that opened the window'],
  story:
    'The worker that frees empty groups locked all pages of one by following the links from page to page, with no lock against migration. A page that was not locked yet was moved, and the chain was made anew under its feet: it could lock a page that had left, follow half a link, or stop early, and then free a group of which somebody else still had a page.',
  rule: 'Whoever wants all pages of a group locked keeps its membership as it is meanwhile, by the lock under which migration replaces a member.',
  detectors: ['HB', 'POISON', 'QUIES'],
  twins: driverTwins('B01', groups, WalksWithoutTheLock, ['free-all']),
};
