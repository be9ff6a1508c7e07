import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { MarksUnlocked } from './broken.js';

/** z3fold: __SetPageMovable on an unlocked page. */
export const b15: Exhibit = {
  id: 'B15',
  title: 'z3fold: __SetPageMovable on an unlocked page',
  year: 2019,
  version: '5.3-rc1',
  component: 'z3fold',
  kind: 'api-misuse',
  reference: "810481a24608 'mm/z3fold.c: lock z3fold page before __SetPageMovable()'",
  related: ['df6f0f1d0cf0: a page taken back from the stale list is movable already'],
  story:
    'A new page was marked movable without its page lock, before it was set up. Compaction looks at the mark at any time, so isolation could begin on a page that was not ready.',
  rule: 'A page is marked movable under its page lock, once it is ready for isolate_page.',
  detectors: ['PROTO', 'HB'],
  twins: driverTwins('B15', z3fold, MarksUnlocked, ['from-nothing']),
};
