import { buffers } from '../../bases/buffers/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { RedirectsOneSlot } from './broken.js';

/** Migration leaves stale pointers to the old page in the index. */
export const b47: Exhibit = {
  id: 'B47',
  title: 'Migration leaves stale pointers to the old page in the index',
  year: 2023,
  version: '6.7-rc8',
  component: 'other driver',
  kind: 'data-corruption',
  reference:
    "fc346d0a70a13d52fe1c4bc49516d83a42cd7c4c 'mm: migrate high-order folios in swap cache correctly'",
  related: ['60cf233b585c: the same in shared memory'],
  story:
    'The swap cache has a slot for each part of a large page, the page cache had one. Migration rewrote the first and reported success; the others went on to lead to a page that was freed.',
  rule: 'Success means that nothing the owner has leads to the old page any more.',
  detectors: ['POISON', 'QUIES'],
  twins: driverTwins('B47', buffers, RedirectsOneSlot, ['migrate-sync']),
};
