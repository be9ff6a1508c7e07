import type { Exhibit } from '../../exhibit.js';
import { vmTwins } from '../../vm-twins.js';
import { sleepsWhileItHoldsOthers } from './broken.js';
import { batchBesideLocker, triesWhileItHoldsOthers } from './scene.js';

/** Sleeping on one page while holding locks of others in the batch. */
export const b35: Exhibit = {
  id: 'B35',
  title: 'Sleeping on one page while holding locks of others in the batch',
  year: 2023,
  version: '6.3-rc2',
  component: 'vm-core',
  kind: 'deadlock',
  reference: "fb3592c41a4427601f9643b2a84e55bb99f5cd7c 'migrate_pages: fix deadlock in batched migration'",
  related: ['2e6506e1c4ee: splitting a large page of the batch locked it by force (6.11)'],
  story:
    'Migration in batches locked many pages and then waited for the next. Whoever held that one waited for a page of the batch.',
  rule: 'Who holds some page locks only tries further ones; he sleeps on one when he holds none.',
  detectors: ['LIVE', 'LOCKORD'],
  twins: vmTwins(
    ['lockNext'],
    'a batch of two pages is migrated while somebody else locks both',
    { broken: sleepsWhileItHoldsOthers, repaired: triesWhileItHoldsOthers },
    batchBesideLocker,
  ),
};
