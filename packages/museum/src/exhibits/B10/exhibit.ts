import { z3fold } from '../../bases/z3fold/driver.js';
import { driverTwins } from '../../driver-twins.js';
import type { Exhibit } from '../../exhibit.js';
import { DoesNotDrain } from './broken.js';

/** z3fold: migration queues work on a destroyed workqueue. */
export const b10: Exhibit = {
  id: 'B10',
  title: 'z3fold: migration queues work on a destroyed workqueue',
  year: 2019,
  version: '5.3-rc6',
  component: 'z3fold',
  kind: 'uaf',
  reference: 'd776aaa9895eb6eb770908e899cb7f5bd5025b3c (later reverted)',
  related: [
    "'mm/z3fold.c: fix z3fold_destroy_pool() ordering', 5.3-rc5: compaction queues release work, so its queue is the first to go",
  ],
  story:
    'Destroying a pool took its work queue down while the VM still had a page. When that page was moved, migrate_page ended by queueing work on a queue that was gone.',
  rule: 'What migrate_page and putback_page use must outlive the last isolated page: teardown refuses new isolations and waits for those that there are.',
  detectors: ['POISON'],
  twins: driverTwins('B10', z3fold, DoesNotDrain, ['unload']),
};
