import { buffers } from '../../bases/buffers/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { ChecksThenMoves } from './broken.js';

/** buffer heads: references checked, lock dropped, page moved. */
export const b44: Exhibit = {
  id: 'B44',
  title: 'buffer heads: references checked, lock dropped, page moved',
  year: 2019,
  version: '5.3-rc3',
  component: 'other driver',
  kind: 'data-corruption',
  reference: 'ebdf4de5642fb6580b0763158b6b4b791c4d6a4d',
  story:
    'Migration of pages of block devices made sure that no buffer was in use, dropped the lock, and then moved the page. A lookup in between got a reference and changed metadata in the old page. File systems were damaged.',
  rule: 'Nobody uses it, and it moves: one step, as seen by whoever may begin to use it.',
  detectors: ['CONTENT', 'HB'],
  twins: driverTwins('B44', buffers, ChecksThenMoves, ['migrate-sync']),
};
